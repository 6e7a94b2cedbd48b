// The TLS ports of one WebSphere process: reads the profile's own security.xml, stores and java.security when it starts, and
// serves each endpoint with the SSL configuration that holds there. A reading of its own, not the one of src/: the two tiers
// of the lab are held against each other. What is said inside TLS goes to the program behind it over a Unix socket, which
// hears the port first, 5 digits. Standard input: "open ENDPOINT PORT"; its end is the end of the process.
// Standard output: "opened PORT", "failed PORT TEXT", "handshake PORT HOST PEERPORT TEXT".
// arguments: config folder, cell, node, server, java.security, Unix socket
import java.io.*;
import java.net.*;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.*;
import java.security.KeyStore;
import java.security.Security;
import java.util.*;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.*;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

public class WasPorts {
  static final ExecutorService WORKERS = Executors.newCachedThreadPool();
  static final int HANDSHAKE_MS = 10000;
  final Element security;
  final Map<String, byte[]> stores = new HashMap<>();
  final String configRoot, cell, node, server;
  final Path service;

  WasPorts(String[] args) throws Exception {
    configRoot = args[0];
    cell = args[1];
    node = args[2];
    server = args[3];
    service = Path.of(args[5]);
    security = DocumentBuilderFactory.newInstance().newDocumentBuilder()
        .parse(new File(configRoot, "cells/" + cell + "/security.xml")).getDocumentElement();
    String disabled = disabledIn(Path.of(args[4]));
    for (Element property : children("properties")) {
      boolean isSet = !property.getAttribute("value").isEmpty();
      if (isSet && property.getAttribute("name").equals("com.ibm.websphere.tls.disabledAlgorithms"))
        disabled = property.getAttribute("value");
      if (property.getAttribute("name").equals("com.ibm.security.useFIPS") && property.getAttribute("value").equals("true"))
        throw new Exception("the real-parts lab has no FIPS mode");
    }
    Security.setProperty("jdk.tls.disabledAlgorithms", disabled);
    Security.setProperty("jdk.tls.legacyAlgorithms", "");
    Security.setProperty("jdk.certpath.disabledAlgorithms", "");
    for (Element store : children("keyStores")) {
      Path file = fileOf(store);
      // A store that is not there is found missing by the port that needs it.
      if (Files.exists(file)) stores.put(file.toString(), Files.readAllBytes(file));
    }
  }

  static String disabledIn(Path file) throws IOException {
    Properties properties = new Properties();
    try (Reader reader = Files.newBufferedReader(file)) {
      properties.load(reader);
    }
    return properties.getProperty("jdk.tls.disabledAlgorithms", "");
  }

  List<Element> children(String name) {
    List<Element> found = new ArrayList<>();
    NodeList all = security.getChildNodes();
    for (int at = 0; at < all.getLength(); at++)
      if (all.item(at) instanceof Element && all.item(at).getNodeName().equals(name)) found.add((Element) all.item(at));
    return found;
  }

  Element byId(String name, String id) throws Exception {
    for (Element element : children(name)) if (element.getAttribute("xmi:id").equals(id)) return element;
    throw new Exception("security.xml: no " + name + " with the id " + id);
  }

  Path fileOf(Element store) {
    return Path.of(store.getAttribute("location").replace("${CONFIG_ROOT}", configRoot));
  }

  /** The narrowest scope that has a group for inbound. */
  Element groupFor(String endpoint) throws Exception {
    String wide = "(cell):" + cell, narrow = wide + ":(node):" + node, own = narrow + ":(server):" + server;
    for (String scope : new String[] { own + ":(endpoint):" + endpoint, own, narrow, wide })
      for (Element group : children("sslConfigGroups"))
        if (group.getAttribute("direction").equals("inbound")
            && byId("managementScopes", group.getAttribute("managementScope")).getAttribute("scopeName").equals(scope))
          return group;
    throw new Exception("CWPKI0016E: no SSL configuration for " + own + " inbound");
  }

  KeyStore open(Element store) throws Exception {
    KeyStore opened = KeyStore.getInstance("PKCS12");
    byte[] bytes = stores.get(fileOf(store).toString());
    if (bytes == null) throw new Exception("CWPKI0033E: The keystore located at \"" + fileOf(store) + "\" failed to load.");
    opened.load(new ByteArrayInputStream(bytes), passwordOf(store));
    return opened;
  }

  static char[] passwordOf(Element store) throws Exception {
    byte[] bytes = Base64.getDecoder().decode(store.getAttribute("password").replaceFirst("^\\{xor\\}", ""));
    for (int at = 0; at < bytes.length; at++) bytes[at] ^= 0x5f;
    return new String(bytes, "UTF-8").toCharArray();
  }

  static String[] protocolsOf(String value) throws Exception {
    Set<String> all = new LinkedHashSet<>();
    for (String part : value.split(",")) {
      switch (part.trim()) {
        case "SSL_TLS" -> all.addAll(List.of("SSLv3", "TLSv1"));
        case "SSL_TLSv2", "SSL", "TLS" -> all.addAll(List.of("SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2"));
        case "SSLv3", "TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3" -> all.add(part.trim());
        default -> throw new Exception("CWPKI0045E: no TLS version for the protocol " + value);
      }
    }
    return all.toArray(new String[0]);
  }

  static String[] suitesOf(Element setting, SSLServerSocket socket) {
    Set<String> supported = new LinkedHashSet<>(List.of(socket.getSupportedCipherSuites()));
    if (!setting.getAttribute("securityLevel").equals("CUSTOM")) {
      supported.removeIf(name -> name.contains("_anon_") || name.contains("_NULL_") || name.contains("_EXPORT_"));
      return supported.toArray(new String[0]);
    }
    List<String> named = new ArrayList<>();
    for (String name : setting.getAttribute("enabledCiphers").trim().split("\\s+"))
      for (String form : new String[] { name, name.replaceFirst("^SSL_", "TLS_") })
        if (supported.contains(form)) named.add(form);
    return named.toArray(new String[0]);
  }

  void serve(String endpoint, int port) throws Exception {
    Element group = groupFor(endpoint);
    Element setting = (Element) byId("repertoire", group.getAttribute("sslConfig")).getElementsByTagName("setting").item(0);
    Element keyStore = byId("keyStores", setting.getAttribute("keyStore"));
    KeyStore keys = open(keyStore);
    String alias = group.getAttribute("certificateAlias").toLowerCase();
    if (!keys.isKeyEntry(alias))
      throw new Exception("CWPKI0024E: The certificate alias \"" + alias
          + "\" specified by the property com.ibm.ssl.keyStoreServerAlias is not found in KeyStore \"" + fileOf(keyStore) + "\".");
    TrustManagerFactory trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(open(byId("keyStores", setting.getAttribute("trustStore"))));
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(new KeyManager[] { new OneKey(keys, passwordOf(keyStore), alias) }, trust.getTrustManagers(), null);
    SSLServerSocket socket = (SSLServerSocket) context.getServerSocketFactory().createServerSocket(port, 500);
    socket.setEnabledProtocols(protocolsOf(setting.getAttribute("sslProtocol")));
    socket.setEnabledCipherSuites(suitesOf(setting, socket));
    if (setting.getAttribute("clientAuthentication").equals("true")) socket.setNeedClientAuth(true);
    else if (setting.getAttribute("clientAuthenticationSupported").equals("true")) socket.setWantClientAuth(true);
    WORKERS.submit(() -> {
      while (true) {
        SSLSocket caller = (SSLSocket) socket.accept();
        WORKERS.submit(() -> pass(caller, port));
      }
    });
  }

  void pass(SSLSocket caller, int port) {
    try (caller) {
      InetSocketAddress peer = (InetSocketAddress) caller.getRemoteSocketAddress();
      caller.setTcpNoDelay(true);
      caller.setSoTimeout(HANDSHAKE_MS);
      try {
        caller.startHandshake();
      } catch (IOException problem) {
        say("handshake " + port + " " + peer.getAddress().getHostAddress() + " " + peer.getPort() + " " + oneLine(problem));
        return;
      }
      caller.setSoTimeout(0);
      try (SocketChannel behind = SocketChannel.open(UnixDomainSocketAddress.of(service))) {
        behind.write(ByteBuffer.wrap(String.format("%05d", port).getBytes()));
        WORKERS.submit(() -> {
          inward(caller.getInputStream(), behind);
          behind.shutdownOutput();
          return null;
        });
        outward(behind, caller.getOutputStream());
      }
    } catch (Exception gone) {
      // One of the two sides is gone, and with it the connection.
    }
  }

  // Not by the streams of java.nio.channels.Channels: in Java 17 one that reads keeps the other from writing.
  static void inward(InputStream from, SocketChannel to) {
    byte[] bytes = new byte[16384];
    try {
      for (int count = from.read(bytes); count > 0; count = from.read(bytes)) {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
        while (buffer.hasRemaining()) to.write(buffer);
      }
    } catch (IOException gone) {
      // The end of the connection.
    }
  }

  static void outward(SocketChannel from, OutputStream to) {
    ByteBuffer buffer = ByteBuffer.allocate(16384);
    try {
      while (from.read(buffer.clear()) > 0) {
        to.write(buffer.array(), 0, buffer.position());
        to.flush();
      }
    } catch (IOException gone) {
      // The end of the connection.
    }
  }

  static synchronized void say(String text) {
    System.out.println(text);
    System.out.flush();
  }

  static String oneLine(Throwable problem) {
    return String.valueOf(problem).replaceAll("\\s+", " ");
  }

  public static void main(String[] args) throws Exception {
    BufferedReader input = new BufferedReader(new InputStreamReader(System.in));
    WasPorts ports = null;
    String problem = "";
    try {
      ports = new WasPorts(args);
    } catch (Exception unreadable) {
      problem = oneLine(unreadable);
    }
    for (String line = input.readLine(); line != null; line = input.readLine()) {
      String[] words = line.split(" ");
      try {
        if (ports == null) throw new Exception(problem);
        ports.serve(words[1], Integer.parseInt(words[2]));
        say("opened " + words[2]);
      } catch (Exception failed) {
        say("failed " + words[2] + " " + oneLine(failed));
      }
    }
    System.exit(0);
  }
}
