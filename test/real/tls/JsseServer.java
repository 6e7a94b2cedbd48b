// A JSSE server with protocols, client certificate mode and suites from its arguments; prints "ready" when it listens. With
// the one argument "door" it takes such servers as lines of its input, one after the other: "open PROTOCOLS MODE SUITES STORE"
// answers "port N"; "truth STORE" lets a client of the same process try every pair that is enabled, with the key of STORE, and
// answers "pair VERSION SUITE" for each that works, then "end". Ground truth for the prober: run by prober.real.ts.
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.*;

public class JsseServer {
  static final TrustManager[] ANYBODY = { new X509TrustManager() {
    public void checkClientTrusted(X509Certificate[] chain, String type) {}
    public void checkServerTrusted(X509Certificate[] chain, String type) {}
    public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
  } };
  static final ExecutorService WORKERS = Executors.newCachedThreadPool();

  static SSLContext context(String store) throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new FileInputStream(store), password);
    KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), ANYBODY, null);
    return context;
  }

  static SSLServerSocket open(int port, String protocols, String mode, String suites, String store) throws Exception {
    SSLServerSocket server = (SSLServerSocket) context(store).getServerSocketFactory()
        .createServerSocket(port, 500, InetAddress.getByName("127.0.0.1"));
    server.setEnabledProtocols(protocols.split(","));
    if (suites.equals("all")) server.setEnabledCipherSuites(server.getSupportedCipherSuites());
    else if (!suites.equals("default")) server.setEnabledCipherSuites(suites.split(","));
    if (mode.equals("need")) server.setNeedClientAuth(true);
    if (mode.equals("want")) server.setWantClientAuth(true);
    return server;
  }

  static void serve(SSLServerSocket server) {
    try {
      while (true) {
        SSLSocket socket = (SSLSocket) server.accept();
        WORKERS.submit(() -> {
          try (socket) {
            socket.setSoTimeout(10000);
            socket.startHandshake();
            socket.getInputStream().read();
          } catch (Exception expected) {
            // A probe breaks off on purpose.
          }
        });
      }
    } catch (Exception closed) {
      // By the next command.
    }
  }

  static void truth(SSLServerSocket server, String store) throws Exception {
    SSLContext client = context(store);
    for (String version : server.getEnabledProtocols()) {
      for (String suite : server.getEnabledCipherSuites()) {
        if (suite.endsWith("_SCSV")) continue;
        try (SSLSocket socket = (SSLSocket) client.getSocketFactory().createSocket("127.0.0.1", server.getLocalPort())) {
          socket.setSoTimeout(10000);
          socket.setEnabledProtocols(new String[] { version });
          socket.setEnabledCipherSuites(new String[] { suite });
          socket.startHandshake();
          if (socket.getSession().getProtocol().equals(version)) System.out.println("pair " + version + " " + suite);
        } catch (Exception refused) {
          // Which is an answer too.
        }
      }
    }
    System.out.println("end");
  }

  static void door() throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    System.out.println("suites " + String.join(",", SSLContext.getDefault().getSupportedSSLParameters().getCipherSuites()));
    SSLServerSocket server = null;
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      if (words[0].equals("truth")) {
        truth(server, words[1]);
        continue;
      }
      if (server != null) server.close();
      SSLServerSocket opened = open(0, words[1], words[2], words[3], words[4]);
      server = opened;
      WORKERS.submit(() -> serve(opened));
      System.out.println("port " + opened.getLocalPort());
    }
    System.exit(0);
  }

  /** door; or port, protocols, none|want|need, all|default|suites, key store */
  public static void main(String[] args) throws Exception {
    if (args[0].equals("door")) {
      door();
      return;
    }
    SSLServerSocket server = open(Integer.parseInt(args[0]), args[1], args[2], args[3], args[4]);
    System.out.println("ready");
    serve(server);
  }
}
