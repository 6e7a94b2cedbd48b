// The serverindex.xml of one node: its servers and their WebSphere endpoints. Shape of a real file: SOAP is bound to the
// host's name, the others to `*`.

export type IndexedServer = {
  readonly name: string;
  readonly type: string;
  readonly endpoints: readonly { readonly name: string; readonly port: number }[];
};

const FIRST_ID = 1_183_122_129_640;

export function renderServerIndex(hostName: string, servers: readonly IndexedServer[]): string {
  let id = FIRST_ID;
  const entries = servers.map(({ name, type, endpoints }) => {
    const start = `  <serverEntries xmi:id="ServerEntry_${(id += 1)}" serverName="${name}" serverType="${type}">\n`;
    const special = endpoints.map((endpoint) => {
      id += 1;
      const host = endpoint.name === 'SOAP_CONNECTOR_ADDRESS' ? hostName : '*';
      return `    <specialEndpoints xmi:id="NamedEndPoint_${id}" endPointName="${endpoint.name}">
      <endPoint xmi:id="EndPoint_${id}" host="${host}" port="${endpoint.port}"/>
    </specialEndpoints>
`;
    });
    return `${start}${special.join('')}  </serverEntries>\n`;
  });
  return `<?xml version="1.0" encoding="UTF-8"?>
<serverindex:ServerIndex xmi:version="2.0" xmlns:xmi="http://www.omg.org/XMI" xmlns:serverindex="http://www.ibm.com/websphere/appserver/schemas/5.0/serverindex.xmi" xmi:id="ServerIndex_1" hostName="${hostName}">
${entries.join('')}</serverindex:ServerIndex>
`;
}
