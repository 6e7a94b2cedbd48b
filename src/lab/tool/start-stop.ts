// startManager, startNode, startServer, stopManager, stopNode, stopServer. Start works on the machine and needs no log-in;
// stop is a client of the server's own SOAP connector. Texts: public logs of WAS 7; ADMU3011E, ADMU3060E, ADMU0522E and
// ADMU3002E partly from memory.
import { setTimeout as delay } from 'node:timers/promises';
import path from 'node:path';
import { ADDRESS, logFolder, processName, soapPort } from '../site.ts';
import { isTlsFailure } from '../tls-client.ts';
import type { ServerSpec } from '../types.ts';
import { connectTool, messageOf, timeoutMs, TOOL_EXIT } from './tool-context.ts';
import type { ToolContext } from './tool-context.ts';
import { openToolOutput, sayFailure } from './tool-output.ts';
import type { ToolOutput } from './tool-output.ts';

const ADMIN_EXCEPTION = 'com.ibm.websphere.management.exception.AdminException';
const CONNECTOR_EXCEPTION = 'com.ibm.websphere.management.exception.ConnectorException';

const outputFor = (context: ToolContext, server: ServerSpec, tool: string): ToolOutput => {
  const file = path.join(logFolder(context.site, { profile: context.profile, server }), `${tool}.log`);
  return openToolOutput(file, context.root, context.run.out);
};

export async function startServer(context: ToolContext, server: ServerSpec): Promise<number> {
  const place = { profile: context.profile, server };
  const output = outputFor(context, server, 'startServer');
  const { say } = output;
  say(`ADMU3100I: Reading configuration for server: ${server.name}`);
  const target = context.deployment.process(processName(place));
  if (target.facts().state !== 'stopped') {
    const running = `ADMU3027E: An instance of the server may already be running: ${server.name}`;
    say(running);
    sayFailure(output, `${ADMIN_EXCEPTION}: ${running}`);
    return TOOL_EXIT.startFailed;
  }
  // The server goes on when the tool is killed or has lost its patience.
  const started = target.start();
  say('ADMU3200I: Server launched. Waiting for initialization status.');
  const limit = timeoutMs(context);
  const pid = await (limit === undefined ? started : Promise.race([started, delay(limit, 'late' as const)]));
  if (pid === 'late') {
    say(`ADMU3060E: Timed out waiting for server initialization: ${limit} milliseconds`);
    return TOOL_EXIT.startTimedOut;
  }
  if (pid === undefined) {
    const logs = logFolder(context.site, place);
    say(
      `ADMU3011E: Server launched but failed initialization. Server logs, startServer.log, and other log files under ${logs} should contain failure information.`,
    );
    return TOOL_EXIT.startFailed;
  }
  say(`ADMU3000I: Server ${server.name} open for e-business; process id is ${pid}`);
  return TOOL_EXIT.done;
}

export async function stopServer(context: ToolContext, server: ServerSpec): Promise<number> {
  const { site, run } = context;
  const output = outputFor(context, server, 'stopServer');
  const { say } = output;
  say(`ADMU3100I: Reading configuration for server: ${server.name}`);
  try {
    const connection = await connectTool(context, { host: ADDRESS, port: soapPort(site, server) });
    await connection.request('stop');
    say('ADMU3201I: Server stop request issued. Waiting for stop status.');
    const limit = timeoutMs(context);
    const gone = hasEnded(context, server, run.signal);
    const isGone = await (limit === undefined ? gone : Promise.race([gone, delay(limit, false)]));
    connection.close();
    if (!isGone) {
      say(`ADMU3060E: Timed out waiting for server shutdown.`);
      return TOOL_EXIT.stopTimedOut;
    }
    say(`ADMU4000I: Server ${server.name} stop completed.`);
    return TOOL_EXIT.done;
  } catch (error) {
    if (isTlsFailure(error) && error.kind === 'refused') {
      say(`ADMU0509I: The server "${server.name}" cannot be reached. It appears to be stopped.`);
      return TOOL_EXIT.stopFailed;
    }
    say(`ADMU3002E: Exception attempting to process server ${server.name}`);
    say(`ADMU3007E: Exception ${CONNECTOR_EXCEPTION}`);
    sayFailure(output, CONNECTOR_EXCEPTION, messageOf(error));
    return TOOL_EXIT.stopFailed;
  }
}

/** The tool looks at the process, as the real one does: the port closes before the process is gone. */
async function hasEnded(context: ToolContext, server: ServerSpec, signal: AbortSignal): Promise<boolean> {
  const name = processName({ profile: context.profile, server });
  while (!signal.aborted && context.deployment.process(name).facts().state !== 'stopped') await delay(5);
  return true;
}

/** stopNode -stopservers: the servers first, the node agent last. */
export async function stopNode(context: ToolContext): Promise<number> {
  const agent = context.profile.servers.find(({ type }) => type === 'NODE_AGENT');
  if (agent === undefined) throw new Error(`profile ${context.profile.profile} has no node agent`);
  if (context.args.has('-stopservers')) {
    for (const server of context.profile.servers) {
      if (server === agent) continue;
      const exit = await stopServer(context, server);
      if (exit !== TOOL_EXIT.done) return exit;
    }
  }
  return await stopServer(context, agent);
}
