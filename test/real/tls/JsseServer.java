// A JSSE server with protocols, client certificate mode and suites from its arguments; prints "ready" when it listens.
// Ground truth for the prober: run by prober.real.ts, never by the default tests.
import java.io.FileInputStream;
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

  /** port, protocols, none|want|need, all|default|suites, key store */
  public static void main(String[] args) throws Exception {
    SSLServerSocket server = (SSLServerSocket) context(args[4]).getServerSocketFactory()
        .createServerSocket(Integer.parseInt(args[0]), 500, InetAddress.getByName("127.0.0.1"));
    server.setEnabledProtocols(args[1].split(","));
    if (args[3].equals("all")) server.setEnabledCipherSuites(server.getSupportedCipherSuites());
    else if (!args[3].equals("default")) server.setEnabledCipherSuites(args[3].split(","));
    if (args[2].equals("need")) server.setNeedClientAuth(true);
    if (args[2].equals("want")) server.setWantClientAuth(true);
    System.out.println("ready");
    ExecutorService workers = Executors.newFixedThreadPool(64);
    while (true) {
      SSLSocket socket = (SSLSocket) server.accept();
      workers.submit(() -> {
        try (socket) {
          socket.setSoTimeout(10000);
          socket.startHandshake();
          socket.getInputStream().read();
        } catch (Exception expected) {
          // A probe breaks off on purpose.
        }
      });
    }
  }
}
