// serverStatus: asks every named server through its own SOAP connector. Texts: IBM constants and documentation.
import path from 'node:path';
import { ADDRESS, soapPort } from '../site.ts';
import { isTlsFailure } from '../tls-client.ts';
import type { ServerSpec, ServerType } from '../types.ts';
import { connectTool, messageOf, TOOL_EXIT } from './tool-context.ts';
import type { ToolContext } from './tool-context.ts';
import { openToolOutput, sayFailure } from './tool-output.ts';

const WORDS: Readonly<Record<ServerType, string>> = {
  DEPLOYMENT_MANAGER: 'Deployment Manager',
  NODE_AGENT: 'Node Agent',
  APPLICATION_SERVER: 'Application Server',
  PROXY_SERVER: 'Proxy Server',
};

export async function serverStatus(context: ToolContext, servers: readonly ServerSpec[]): Promise<number> {
  const output = openToolOutput(path.join(context.root, 'logs/serverStatus.log'), context.root, context.run.out);
  const { say } = output;
  for (const server of servers) {
    say(`ADMU0500I: Retrieving server status for ${server.name}`);
    try {
      const connection = await connectTool(context, { host: ADDRESS, port: soapPort(context.site, server) });
      await connection.request('status');
      connection.close();
      say(`ADMU0508I: The ${WORDS[server.type]} "${server.name}" is STARTED`);
    } catch (error) {
      if (isTlsFailure(error) && error.kind === 'refused') {
        say(`ADMU0509I: The ${WORDS[server.type]} "${server.name}" cannot be reached. It appears to be stopped.`);
        continue;
      }
      sayFailure(output, 'com.ibm.websphere.management.exception.ConnectorException', messageOf(error));
      return TOOL_EXIT.startFailed;
    }
  }
  return TOOL_EXIT.done;
}
