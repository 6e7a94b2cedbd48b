// JsseServer on COUNT ports from the first one on, in one process: 20 endpoints without 20 times the start of a JVM.
public class ManyJsse {
  /** count, then as JsseServer */
  public static void main(String[] args) throws Exception {
    for (int index = 0; index < Integer.parseInt(args[0]); index++) {
      String[] one = java.util.Arrays.copyOfRange(args, 1, args.length);
      one[0] = String.valueOf(Integer.parseInt(one[0]) + index);
      new Thread(() -> {
        try {
          JsseServer.main(one);
        } catch (Exception broken) {
          broken.printStackTrace();
          System.exit(1);
        }
      }).start();
    }
  }
}
