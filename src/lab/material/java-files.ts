// What the Java machines of a profile read: java.security as a Java 8 of the time ships it (no TLS version disabled), and a
// server.xml without arguments. Shapes from public fragments; not verified on real WebSphere.

export const JAVA_SECURITY = [
  '# The master security properties file of this Java',
  'security.provider.1=com.ibm.crypto.provider.IBMJCE',
  'security.provider.2=com.ibm.jsse2.IBMJSSEProvider2',
  '#',
  '# Algorithm restrictions for Secure Socket Layer/Transport Layer Security (SSL/TLS) processing',
  'jdk.tls.disabledAlgorithms=SSLv3, RC4, DES, MD5withRSA, DH keySize < 1024, \\',
  '    EC keySize < 224, 3DES_EDE_CBC, anon, NULL',
  '',
].join('\n');

export const renderServerXml = (server: string, jvmArguments = ''): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<process:Server xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmlns:process="http://www.ibm.com/websphere/appserver/schemas/5.0/process.xmi" xmlns:processexec="http://www.ibm.com/websphere/appserver/schemas/5.0/processexec.xmi" xmi:id="Server_1" name="${server}">
  <processDefinitions xmi:type="processexec:JavaProcessDef" xmi:id="JavaProcessDef_1" startCommand="launch.cmd">
    <jvmEntries xmi:id="JavaVirtualMachine_1" verboseModeClass="false" initialHeapSize="256" maximumHeapSize="512" genericJvmArguments="${jvmArguments}"/>
  </processDefinitions>
</process:Server>
`;
