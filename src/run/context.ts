// The ports of a run over real hosts: one connection per host, one wsadmin process per cell and phase. The only place
// that hands out a WriteShell.
import { randomBytes } from 'node:crypto';
import type { CertificateFacts, CertificateFile } from '../core/certificate.ts';
import { OperatorError } from '../core/errors.ts';
import type {
  AnyOperation,
  CensusEvidence,
  DeclaredCertificate,
  Login,
  ReadContext,
  WriteContext,
} from '../core/operation.ts';
import { exposeSecret, type Secret } from '../core/secret.ts';
import type { Callers, HealthContext } from '../health/context.ts';
import type { Inventory } from '../inventory/types.ts';
import { operationNamed } from '../operations/index.ts';
import { openWsadminSession, type WsadminSession } from '../products/websphere/wsadmin-session.ts';
import { openHost, type Host, type NewHostKey } from '../transport/index.ts';

export type RunContext = WriteContext &
  HealthContext & {
    operation(name: string): AnyOperation;
    markLog(host: string, path: string, sizeBytes: number): void;
    markCallers(check: string, callers: Callers): void;
    endAllWsadmin(): Promise<void>;
    /** tells the commands of this process from those of an earlier process of the same run; absent: they are not marked */
    readonly nonce?: string;
  };

export type World = AsyncDisposable & {
  readonly reader: ReadContext;
  writer(runId: string): RunContext;
  /** ends sessions and connections */
  close(): Promise<void>;
};

export type WorldOptions = {
  readonly inventory: Inventory;
  readonly certificates: ReadonlyMap<string, CertificateFile>;
  readonly logins: ReadonlyMap<string, Login>;
  readonly signal: AbortSignal;
  /** between two signs of life on a connection; default: 5000 */
  readonly keepAliveMs?: number;
  /** told of the first key of a host, which is then believed; absent: it is refused */
  readonly acceptHostKey?: ((key: NewHostKey) => void) | undefined;
  readonly onWsadminStart?: (cell: string) => void;
  /** undefined: no census is known here */
  readonly census?: (community: string) => Promise<CensusEvidence | undefined>;
};

const CONNECT_TIMEOUT_MS = 20_000;
const KEEP_ALIVE_MS = 5000;
const WSADMIN_START_TIMEOUT_MS = 180_000;
const WSADMIN_CALL_TIMEOUT_MS = 180_000;

export function openWorld(options: WorldOptions): World {
  const { inventory, certificates, logins, signal, keepAliveMs = KEEP_ALIVE_MS } = options;
  const hosts = new Map<string, Promise<Host>>();
  const sessions = new Map<string, Promise<WsadminSession>>();
  const nonce = randomBytes(6).toString('hex');
  let mark: string | undefined;
  const connected: Host[] = [];
  // A process that stops now must not leave bytes in the kernel that a silent link delivers when it heals. It exits in this turn.
  signal.addEventListener('abort', () => {
    for (const host of connected) host.reset();
  });
  const { acceptHostKey } = options;
  const secret = (credential: string): Secret | undefined => logins.get(credential)?.password;

  const host = (name: string): Promise<Host> => {
    const known = hosts.get(name);
    if (known !== undefined) return known;
    const entry = inventory.hosts.find((candidate) => candidate.name === name);
    if (entry === undefined) throw new OperatorError('INPUT_UNKNOWN_NAME', `host ${name} is not in ${inventory.file}`);
    const opened = openHost(entry, {
      connectTimeoutMs: CONNECT_TIMEOUT_MS,
      keepAliveMs,
      mark: () => mark,
      secret,
      acceptHostKey,
    });
    hosts.set(name, opened);
    void opened.then((host) => connected.push(host)).catch(() => undefined);
    return opened;
  };

  const probeLoginOf = (owner: string): string | undefined =>
    inventory.federations
      ?.flatMap(({ servers }) => servers)
      .find(({ federation, name }) => `${federation}/${name}` === owner)?.probeLogin;

  const login = (owner: string): Login | undefined => {
    const name =
      inventory.cells.find((cell) => cell.name === owner)?.login ??
      inventory.databases.find((database) => database.name === owner)?.login ??
      probeLoginOf(owner);
    return name === undefined ? undefined : logins.get(name);
  };

  const startWsadmin = async (name: string): Promise<WsadminSession> => {
    const cell = inventory.cells.find((candidate) => candidate.name === name);
    if (cell === undefined) throw new OperatorError('INPUT_UNKNOWN_NAME', `cell ${name} is not in ${inventory.file}`);
    options.onWsadminStart?.(name);
    const credentials = login(name);
    return openWsadminSession({
      shell: (await host(cell.deploymentManager.host)).reader,
      cell: name,
      profile: cell.deploymentManager.profile,
      ...(credentials === undefined ? {} : { login: credentials }),
      expose: exposeSecret,
      startTimeoutMs: WSADMIN_START_TIMEOUT_MS,
      callTimeoutMs: WSADMIN_CALL_TIMEOUT_MS,
    });
  };

  const wsadmin = (cell: string): Promise<WsadminSession> => {
    const session = sessions.get(cell) ?? startWsadmin(cell);
    sessions.set(cell, session);
    return session;
  };

  const endWsadmin = async (cell: string): Promise<void> => {
    const session = sessions.get(cell);
    sessions.delete(cell);
    if (session !== undefined) await (await session.catch(() => undefined))?.[Symbol.asyncDispose]();
  };

  const endAllWsadmin = async (): Promise<void> => {
    await Promise.all([...sessions.keys()].map(endWsadmin));
  };

  const certificateFile = (name: string): CertificateFile => {
    const file = certificates.get(name);
    if (file !== undefined) return file;
    const known = [...certificates.keys()].join(', ') || 'none';
    const hint = `Declared certificates: ${known}.`;
    throw new OperatorError('INPUT_UNKNOWN_NAME', `certificate ${name} is not in ${inventory.file}`, { hint });
  };

  const shared = {
    certificate: (name: string): CertificateFacts => certificateFile(name).facts,
    declaredCertificates: (): readonly DeclaredCertificate[] => [...certificates.values()],
    census: async (community: string): Promise<CensusEvidence | undefined> => await options.census?.(community),
    login,
  };

  const reader: ReadContext = {
    ...shared,
    shell: async (name) => (await host(name)).reader,
    wsadmin: async (cell) => (await wsadmin(cell)).reader,
  };

  const writer = (runId: string): RunContext => {
    const logSizes = new Map<string, number>();
    const callers = new Map<string, Callers>();
    mark = `${runId}.${nonce}`;
    return {
      ...shared,
      shell: async (name) => (await host(name)).writer,
      wsadmin: async (cell) => (await wsadmin(cell)).writer,
      endWsadmin,
      endAllWsadmin,
      certificateFile,
      runId,
      nonce,
      pause: (ms) => pause(ms, signal),
      operation: operationNamed,
      markLog: (name, path, sizeBytes) => void logSizes.set(`${name}:${path}`, sizeBytes),
      markCallers: (check, seen) => void callers.set(check, seen),
      callersBefore: (check) => callers.get(check),
      logOffset: (name, path) => logSizes.get(`${name}:${path}`),
    };
  };

  const close = async (): Promise<void> => {
    await endAllWsadmin();
    await Promise.all([...hosts.values()].map(async (opened) => (await opened.catch(() => undefined))?.close()));
    hosts.clear();
  };

  return { reader, writer, close, [Symbol.asyncDispose]: close };
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(new OperatorError('HELD', 'the run was told to stop at once'));
    const onAbort = (): void => {
      clearTimeout(timer);
      reject(new OperatorError('HELD', 'the run was told to stop at once'));
    };
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', onAbort);
      resolve();
    }, ms);
    signal.addEventListener('abort', onAbort, { once: true });
  });
}
