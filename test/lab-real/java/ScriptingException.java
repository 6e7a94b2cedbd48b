// What AdminTask and AdminConfig throw in the lab's wsadmin: a true Java exception, so that the agent catches it as it would
// in WebSphere. Its text is the one that came over the wire, class first.
public class ScriptingException extends Exception {
  public ScriptingException(String described) {
    super(described);
  }

  @Override
  public String toString() {
    return getMessage();
  }
}
