// Codes of connections, commands and wsadmin: a real SSH server on loopback, and wsadmin as its own tests script it.
import { readFileSync, writeFileSync } from 'node:fs';
import { exposeSecret } from '../../../src/core/secret.ts';
import { openWsadminSession } from '../../../src/products/websphere/wsadmin-session.ts';
import { openHost } from '../../../src/transport/index.ts';
import { keyPair, openSshServer, type SshServerOptions } from '../../helpers/ssh-server.ts';
import { answerAsAgent, makeScriptedWsadmin, type Answer } from '../../products/websphere/scripted-wsadmin.ts';
import type { Trouble, Troubles } from './remedy.ts';

const LIMITS = { connectTimeoutMs: 5000 };

type Server = Awaited<ReturnType<typeof openSshServer>>;

/** A file of the log-in is wrong; its content before is the remedy. */
async function wrongFile(of: (server: Server) => string, wrong: string): Promise<Trouble> {
  const server = await openSshServer();
  const file = of(server);
  const right = readFileSync(file);
  writeFileSync(file, wrong);
  return {
    act: async () => (await openHost(server.entry, LIMITS)).close(),
    remedy: () => writeFileSync(file, right),
    end: () => server[Symbol.asyncDispose](),
  };
}

/** A command that goes wrong once. */
async function command(
  first: string,
  then: string,
  more: { readonly timeoutMs?: number; readonly prompts?: { readonly [text: string]: 'SIGNER_PROMPT' } } = {},
  options: SshServerOptions = {},
): Promise<Trouble> {
  const server = await openSshServer(options);
  const host = await openHost(server.entry, LIMITS);
  const state = { script: first };
  return {
    act: () => host.reader.query({ argv: ['sh', '-c', state.script], timeoutMs: 5000, ...more }),
    remedy: () => {
      state.script = then;
    },
    end: async () => {
      await host.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const BANNER =
  'WASX7209I: Connected to process "dmgr" on node c1Manager using SOAP connector;  The type of process is: DeploymentManager\nwsadmin>';

/** wsadmin with one answer that is wrong, and then it is not. */
function wsadmin(
  wrong: { readonly banner?: string; readonly answers?: Readonly<Record<string, Answer>> },
  calls: 'save' | 'query',
): Trouble {
  const state = wrong.banner === undefined ? { banner: BANNER, ...wrong } : { banner: wrong.banner };
  const act = async (): Promise<void> => {
    const answers: Readonly<Record<string, Answer>> = 'answers' in state ? (state.answers ?? {}) : {};
    const { shell } = makeScriptedWsadmin(
      state.banner,
      answerAsAgent((call) => answers[call] ?? { ok: call.endsWith('queryChanges') ? CLEAN : 'x' }),
    );
    const limits = { startTimeoutMs: 1000, callTimeoutMs: 1000 };
    await using session = await openWsadminSession({
      shell,
      cell: 'c1',
      profile: '/p',
      expose: exposeSecret,
      ...limits,
    });
    if (calls === 'save') await session.writer.save(['cells/c1/security.xml']);
    else await session.writer.change('AdminTask.modifySSLConfig');
  };
  return { act, remedy: () => Object.assign(state, { banner: BANNER, answers: {} }) };
}
const CLEAN = 'WASX7241I: There are no unsaved changes in this workspace.';
const FOREIGN =
  'WASX7146I: The following configuration files contain unsaved changes:\ncells/c1|security.xml\ncells/c1|resources.xml';

export const HOST_TROUBLES: Troubles = {
  HOST_UNREACHABLE: async () => {
    const server = await openSshServer();
    const state = { port: 1 };
    return {
      act: async () => (await openHost({ ...server.entry, ...state }, LIMITS)).close(),
      remedy: () => {
        state.port = server.entry.port;
      },
      end: () => server[Symbol.asyncDispose](),
    };
  },
  HOST_KEY: () => wrongFile(({ entry }) => entry.knownHostsFile, ''),
  HOST_LOGIN: () => wrongFile(({ entry }) => entry.identityFiles[0] ?? '', keyPair().private),
  COMMAND_TIMEOUT: () => command('exec sleep 77', 'true', { timeoutMs: 1500 }),
  OUTCOME_UNKNOWN: () => command('kill -9 $$', 'true'),
  SIGNER_PROMPT: () =>
    command('printf "Add signer to the trust store now? (y/n) "; read x', 'echo known', {
      prompts: { '(y/n)': 'SIGNER_PROMPT' },
    }),
  REMOTE_REPLY: () => wsadmin({ answers: { 'AdminConfig.queryChanges': { ok: 'hm' } } }, 'save'),
  WSADMIN_CONNECT: () => wsadmin({ banner: BANNER.replace('DeploymentManager', 'NodeAgent') }, 'query'),
  WSADMIN_FAILED: () =>
    wsadmin({ answers: { 'AdminTask.modifySSLConfig': { error: 'ScriptingException: CWPKI0033E' } } }, 'query'),
  UNEXPECTED_CHANGES: () => wsadmin({ answers: { 'AdminConfig.queryChanges': { ok: FOREIGN } } }, 'save'),
};
