// security.xml and serverindex.xml in the shape that WebSphere writes, rendered from little tables; ids are opaque.

export type SecurityParts = {
  readonly root?: string;
  readonly repertoire?: string;
  readonly setting?: string;
  readonly keyStore?: string;
  readonly group?: string;
  readonly extra?: string;
};

/** Each part replaces the attributes that the default has at that place. */
export const renderSecurityXml = (parts: SecurityParts = {}): string => `<?xml version="1.0" encoding="UTF-8"?>
<security:Security xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmlns:security="http://www.ibm.com/websphere/appserver/schemas/5.0/security.xmi" xmi:id="Security_1" ${parts.root ?? 'enabled="true" dynamicallyUpdateSSLConfig="true"'}>
  <repertoire xmi:id="SSLConfig_1" alias="CellDefaultSSLSettings" type="JSSE" managementScope="ManagementScope_1">
    <setting xmi:id="SecureSocketLayer_1" clientAuthentication="false" securityLevel="HIGH" enabledCiphers="" jsseProvider="IBMJSSE2" sslProtocol="SSL_TLSv2" keyStore="KeyStore_1" trustStore="KeyStore_2">
      <properties xmi:id="Property_1" name="com.ibm.ssl.changed" value="0"/>
    </setting>
  </repertoire>
  <repertoire xmi:id="SSLConfig_1699000000001" ${parts.repertoire ?? 'alias="NodeDefaultSSLSettings" managementScope="ManagementScope_n1_2"'}>
    <setting xmi:id="SecureSocketLayer_2" ${parts.setting ?? 'clientAuthentication="true" securityLevel="CUSTOM" enabledCiphers="A B" sslProtocol="TLSv1.2" keyStore="KeyStore_3" trustStore="KeyStore_3"'}/>
  </repertoire>
  <keyStores xmi:id="KeyStore_1" name="CellDefaultKeyStore" password="{xor}CDo9Hgw=" location="\${CONFIG_ROOT}/cells/c1/key.p12" type="PKCS12" managementScope="ManagementScope_1"/>
  <keyStores xmi:id="KeyStore_2" name="CellDefaultTrustStore" password="{xor}CDo9Hgw=" location="\${CONFIG_ROOT}/cells/c1/trust.p12" type="PKCS12" managementScope="ManagementScope_1"/>
  <keyStores xmi:id="KeyStore_3" ${parts.keyStore ?? 'name="NodeDefaultKeyStore" password="{xor}CDo9Hgw=" location="${CONFIG_ROOT}/cells/c1/nodes/n1/key.p12" type="PKCS12" managementScope="ManagementScope_n1_2"'}/>
  <managementScopes xmi:id="ManagementScope_1" scopeName="(cell):c1" scopeType="cell"/>
  <managementScopes xmi:id="ManagementScope_n1_2" scopeName="(cell):c1:(node):n1" scopeType="node"/>
  <sslConfigGroups xmi:id="SSLConfigGroup_1" name="c1" direction="inbound" certificateAlias="default" sslConfig="SSLConfig_1" managementScope="ManagementScope_1"/>
  <sslConfigGroups xmi:id="SSLConfigGroup_2" ${parts.group ?? 'name="n1" direction="outbound" certificateAlias="acme" sslConfig="SSLConfig_1699000000001" managementScope="ManagementScope_n1_2"'}/>
  ${parts.extra ?? ''}
</security:Security>
`;

export const renderServerIndex = (port: string): string => `<?xml version="1.0" encoding="UTF-8"?>
<serverindex:ServerIndex xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmlns:serverindex="http://www.ibm.com/websphere/appserver/schemas/5.0/serverindex.xmi" xmi:id="ServerIndex_1" hostName="stp.acme.example">
  <serverEntries xmi:id="ServerEntry_1" serverName="was_stpProxy" serverType="PROXY_SERVER">
    <deployedApplications>x.ear/deployments/x</deployedApplications>
    <specialEndpoints xmi:id="NamedEndPoint_1" endPointName="SOAP_CONNECTOR_ADDRESS">
      <endPoint xmi:id="EndPoint_1" host="\${LOCALHOST_NAME}" port="8880"/>
    </specialEndpoints>
    <specialEndpoints xmi:id="NamedEndPoint_2" endPointName="PROXY_HTTPS_ADDRESS">
      <endPoint xmi:id="EndPoint_2" host="*" port="${port}"/>
    </specialEndpoints>
  </serverEntries>
  <serverEntries xmi:id="ServerEntry_2" serverName="nodeagent" serverType="NODE_AGENT"/>
</serverindex:ServerIndex>
`;
