// syncNode: fetches the master's documents of the node from the deployment manager and makes them the replica. It is a
// client with ssl.client.props, and the node agent must be stopped. Texts: IBM documentation, public transcripts; the
// failure lines are from memory, the ids ADMU2010E, ADMU0403E and ADMS0036E are ours.
import { mkdir, readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { isObject } from '../json-lines.ts';
import { cellRoot } from '../site.ts';
import { isTlsFailure } from '../tls-client.ts';
import { connectTool, messageOf, TOOL_EXIT } from './tool-context.ts';
import type { ToolContext } from './tool-context.ts';
import { openToolOutput, sayFailure } from './tool-output.ts';

const ADMIN_EXCEPTION = 'com.ibm.websphere.management.exception.AdminException';
const CONNECTOR_EXCEPTION = 'com.ibm.websphere.management.exception.ConnectorException';

export async function syncNode(context: ToolContext): Promise<number> {
  const { profile, root, run, args, deployment } = context;
  const output = openToolOutput(path.join(root, 'logs/syncNode.log'), root, run.out);
  const { say } = output;
  const [host, port] = args.words;
  if (host === undefined || !/^\d{1,5}$/.test(port ?? '')) {
    say('ADMU0403E: usage: syncNode dmgr_host [dmgr_port]');
    return TOOL_EXIT.startFailed;
  }
  const manager = `${host}: ${port}`;
  say(`ADMU0401I: Begin syncNode operation for node ${profile.node} with Deployment Manager ${manager}`);
  const agent = profile.servers.find(({ type }) => type === 'NODE_AGENT');
  if (agent !== undefined && deployment.process(`${profile.node}/${agent.name}`).facts().state !== 'stopped') {
    sayFailure(
      output,
      `${ADMIN_EXCEPTION}: ADMU2010E: The node agent of node ${profile.node} is running; the syncNode operation needs it stopped.`,
    );
    return TOOL_EXIT.startFailed;
  }
  say('ADMU0016I: Synchronizing configuration between node and cell.');
  try {
    const connection = await connectTool(context, { host, port: Number(port) });
    const documents = await connection.request('sync', { node: profile.node });
    connection.close();
    if (!isObject(documents)) throw new Error('ADMS0036E: the deployment manager sent no documents');
    await writeReplica(cellRoot(context.site, profile), documents);
  } catch (error) {
    const isRefused = isTlsFailure(error) && error.kind === 'refused';
    const problem = `ADMC0016E: The system cannot create a SOAP connector to connect to host ${host} at port ${port}.`;
    sayFailure(output, `${CONNECTOR_EXCEPTION}: ${problem}`, messageOf(error));
    if (isRefused) say('ADMU4123E: Ensure that the Deployment Manager is running on the specified host and port.');
    return TOOL_EXIT.startFailed;
  }
  say(`ADMU0402I: The configuration for node ${profile.node} has been synchronized with Deployment Manager ${manager}`);
  return TOOL_EXIT.done;
}

/** Every document is replaced by a rename; security.xml comes last, when the stores it names are there. */
async function writeReplica(root: string, documents: Readonly<Record<string, unknown>>): Promise<void> {
  const names = Object.keys(documents).toSorted((a, b) => Number(a === 'security.xml') - Number(b === 'security.xml'));
  for (const name of names) {
    const file = path.join(root, name);
    if (!file.startsWith(root + path.sep)) throw new Error(`ADMS0036E: document ${name} is outside of the replica`);
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(`${file}.new`, Buffer.from(String(documents[name]), 'base64'), { mode: 0o600 });
    await rename(`${file}.new`, file);
  }
  // What the master no longer has goes away.
  for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isFile() && !Object.hasOwn(documents, path.relative(root, file))) await rm(file);
  }
}
