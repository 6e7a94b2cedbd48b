// The security.xml of a new cell: flat siblings joined by xmi:id, one SSL configuration with two stores per scope, all at
// the default of old installations (SSL_TLS). Shape from fragments of real files, see docs/products/websphere.md.

const HEAD = `<?xml version="1.0" encoding="UTF-8"?>
<security:Security xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmlns:orb.securityprotocol="http://www.ibm.com/websphere/appserver/schemas/5.0/orb.securityprotocol.xmi" xmlns:security="http://www.ibm.com/websphere/appserver/schemas/5.0/security.xmi" xmi:id="Security_1" useLocalSecurityServer="true" useDomainQualifiedUserNames="false" enabled="true" cacheTimeout="600" issuePermissionWarning="true" activeProtocol="BOTH" enforceJava2Security="false" enforceFineGrainedJCASecurity="false" appEnabled="true" dynamicallyUpdateSSLConfig="true" allowBasicAuth="true" activeAuthMechanism="LTPA_1" activeUserRegistry="WIMUserRegistry_1" defaultSSLSettings="SSLConfig_1" adminPreferredAuthMech="RSAToken_1">
`;

/** {xor} of WebAS, the product's default password. */
const PASSWORD = '{xor}CDo9Hgw=';
const PROTOCOL = 'SSL_TLS';

const repertoire = (id: number, alias: string, scope: number, stores: readonly [key: number, trust: number]): string =>
  `  <repertoire xmi:id="SSLConfig_${id}" alias="${alias}" type="JSSE" managementScope="ManagementScope_${scope}">
    <setting xmi:id="SecureSocketLayer_${id}" clientAuthentication="false" securityLevel="HIGH" enabledCiphers="" jsseProvider="IBMJSSE2" sslProtocol="${PROTOCOL}" keyStore="KeyStore_${stores[0]}" trustStore="KeyStore_${stores[1]}" clientAuthenticationSupported="false">
      <properties xmi:id="Property_${id}" name="com.ibm.ssl.changed" value="0"/>
    </setting>
  </repertoire>
`;

const keyStore = (id: number, name: string, location: string, scope: number, description: string): string =>
  `  <keyStores xmi:id="KeyStore_${id}" name="${name}" password="${PASSWORD}" provider="IBMJCE" location="\${CONFIG_ROOT}/cells/${location}" type="PKCS12" fileBased="true" hostList="" description="${description}" usage="SSLKeys" managementScope="ManagementScope_${scope}"/>
`;

const group = (id: number, name: string, direction: string): string =>
  `  <sslConfigGroups xmi:id="SSLConfigGroup_${id}" name="${name}" direction="${direction}" certificateAlias="default" sslConfig="SSLConfig_1" managementScope="ManagementScope_1"/>
`;

/** @param nodes the deployment manager's node first; scope 1 is the cell, 2 the first node, ... */
export function renderSecurityXml(cell: string, nodes: readonly string[]): string {
  const XDA = nodes.length + 2;
  const parts = [
    repertoire(1, 'CellDefaultSSLSettings', 1, [1, 2]),
    ...nodes.map((_, at) => repertoire(at + 2, 'NodeDefaultSSLSettings', at + 2, [2 * at + 3, 2 * at + 4])),
    repertoire(XDA, 'XDADefaultSSLSettings', 1, [1, 2]),
    keyStore(1, 'CellDefaultKeyStore', `${cell}/key.p12`, 1, `Default key store for ${cell}`),
    keyStore(2, 'CellDefaultTrustStore', `${cell}/trust.p12`, 1, `Default trust store for ${cell}`),
    ...nodes.flatMap((node, at) => [
      keyStore(
        2 * at + 3,
        'NodeDefaultKeyStore',
        `${cell}/nodes/${node}/key.p12`,
        at + 2,
        `Default key store for ${node}`,
      ),
      keyStore(
        2 * at + 4,
        'NodeDefaultTrustStore',
        `${cell}/nodes/${node}/trust.p12`,
        at + 2,
        `Default trust store for ${node}`,
      ),
    ]),
    `  <managementScopes xmi:id="ManagementScope_1" scopeName="(cell):${cell}" scopeType="cell"/>\n`,
    ...nodes.map(
      (node, at) =>
        `  <managementScopes xmi:id="ManagementScope_${at + 2}" scopeName="(cell):${cell}:(node):${node}" scopeType="node"/>\n`,
    ),
    group(1, cell, 'inbound'),
    group(2, cell, 'outbound'),
    `  <properties xmi:id="Property_${XDA + 1}" name="com.ibm.security.useFIPS" value="false"/>\n`,
  ];
  return `${HEAD}${parts.join('')}</security:Security>\n`;
}
