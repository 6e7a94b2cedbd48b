// The saved configuration of a fake cell in the shape of WebSphere's security.xml: flat siblings joined by ids.
import type { CellModel } from './fake-cell.ts';

export function renderSecurityXml(cell: string, { stores, configurations, groups, fips }: CellModel): string {
  const storeNames = Object.keys(stores);
  const scopes = [
    ...new Set([
      `(cell):${cell}`,
      ...storeNames.map((name) => name.split(' ')[1] ?? ''),
      ...[...configurations, ...groups].map(({ scope }) => scope),
    ]),
  ];
  const scope = (name: string): string => `managementScope="ManagementScope_${scopes.indexOf(name) + 1}"`;
  const store = (name: string): string => `KeyStore_${storeNames.indexOf(name) + 1}`;
  return `<?xml version="1.0" encoding="UTF-8"?>
<security:Security xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmlns:security="http://www.ibm.com/websphere/appserver/schemas/5.0/security.xmi" dynamicallyUpdateSSLConfig="true">
${configurations
  .map(
    (one, at) => `  <repertoire xmi:id="SSLConfig_${at + 1}" alias="${one.alias}" type="JSSE" ${scope(one.scope)}>
    <setting xmi:id="SecureSocketLayer_${at + 1}" clientAuthentication="false" securityLevel="${one.securityLevel}" enabledCiphers="${one.enabledCiphers}" sslProtocol="${one.protocol}" keyStore="${store(one.keyStore)}" trustStore="${store(one.keyStore.replace('Key', 'Trust'))}"/>
  </repertoire>`,
  )
  .join('\n')}
${storeNames
  .map((name, at) => {
    const [bare = '', of = ''] = name.split(' ');
    return `  <keyStores xmi:id="KeyStore_${at + 1}" name="${bare}" location="\${CONFIG_ROOT}/${bare}.p12" type="PKCS12" ${scope(of)}/>`;
  })
  .join('\n')}
${scopes.map((name, at) => `  <managementScopes xmi:id="ManagementScope_${at + 1}" scopeName="${name}" scopeType="cell"/>`).join('\n')}
${groups
  .map((group, at) => {
    const of = configurations.findIndex(
      ({ alias, scope: its }) => alias === group.configuration && its === group.configurationScope,
    );
    return `  <sslConfigGroups xmi:id="SSLConfigGroup_${at + 1}" name="${group.name}" direction="${group.direction}" certificateAlias="${group.certificateAlias}" sslConfig="SSLConfig_${of + 1}" ${scope(group.scope)}/>`;
  })
  .join('\n')}
  <properties xmi:id="Property_1" name="com.ibm.security.useFIPS" value="${fips}"/>
</security:Security>
`;
}
