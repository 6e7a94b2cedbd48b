// The other opinion: finishes one JSSE handshake for every version and suite that OpenJDK has, with a client certificate,
// and prints each pair that worked. Run by prober.real.ts.
import java.io.FileInputStream;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import javax.net.ssl.*;

public class JsseTruth {
  /** port, key store */
  public static void main(String[] args) throws Exception {
    char[] password = "changeit".toCharArray();
    KeyStore keys = KeyStore.getInstance("PKCS12");
    keys.load(new FileInputStream(args[1]), password);
    KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
    managers.init(keys, password);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(managers.getKeyManagers(), new TrustManager[] { new X509TrustManager() {
      public void checkClientTrusted(X509Certificate[] chain, String type) {}
      public void checkServerTrusted(X509Certificate[] chain, String type) {}
      public X509Certificate[] getAcceptedIssuers() { return new X509Certificate[0]; }
    } }, null);
    SSLSocketFactory factory = context.getSocketFactory();
    for (String version : new String[] { "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3" }) {
      for (String suite : factory.getSupportedCipherSuites()) {
        if (suite.endsWith("_SCSV")) continue;
        try (SSLSocket socket = (SSLSocket) factory.createSocket("127.0.0.1", Integer.parseInt(args[0]))) {
          socket.setSoTimeout(10000);
          socket.setEnabledProtocols(new String[] { version });
          socket.setEnabledCipherSuites(new String[] { suite });
          socket.startHandshake();
          SSLSession session = socket.getSession();
          if (session.getProtocol().equals(version)) System.out.println(version + " " + session.getCipherSuite());
        } catch (Exception refused) {
          // Which is an answer too.
        }
      }
    }
  }
}
