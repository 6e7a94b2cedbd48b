// The certificate under one alias and no other, as WebSphere's property com.ibm.ssl.keyStoreServerAlias has it.
import java.net.Socket;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Arrays;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.X509ExtendedKeyManager;

public class OneKey extends X509ExtendedKeyManager {
  final String alias;
  final PrivateKey key;
  final X509Certificate[] chain;

  OneKey(KeyStore keys, char[] password, String alias) throws Exception {
    this.alias = alias;
    key = (PrivateKey) keys.getKey(alias, password);
    chain = Arrays.copyOf(keys.getCertificateChain(alias), keys.getCertificateChain(alias).length, X509Certificate[].class);
  }

  public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
    return type.equals(key.getAlgorithm()) ? alias : null;
  }

  public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
    return chooseServerAlias(type, issuers, null);
  }

  public String[] getServerAliases(String type, Principal[] issuers) { return new String[] { alias }; }
  public String[] getClientAliases(String type, Principal[] issuers) { return null; }
  public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) { return null; }
  public X509Certificate[] getCertificateChain(String name) { return chain; }
  public PrivateKey getPrivateKey(String name) { return key; }
}
