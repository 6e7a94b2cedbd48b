// How a community server is started, stopped and asked for its state, per platform, and what the answer is worth: never a
// proof. The Domino console says "Sametime Running" with all services down. Sources: HCL Sametime 11.x "Starting and
// stopping the community server"; IBM technote on the start order; not verified on a real server.

export type ServerPlatform = 'linux' | 'windows' | 'domino';
export type ServerVerb = 'start' | 'stop' | 'status';

export type ServerHome = {
  readonly platform: ServerPlatform;
  /** folder with ststart, or Domino's program folder */
  readonly data: string;
  /** account that runs it, by sudo; absent: the one of the log-in */
  readonly user?: string;
  /** Windows: name of the Domino service, as `sc query` shows it */
  readonly service?: string;
};

/** Sametime waits for parts of Domino for minutes. Source: the technote on the start order. */
export const READY_WITHIN_MS = 10 * 60_000;
const DOMINO_SERVICE = 'Lotus Domino Server (DLotusDominodata)';

type Table = Readonly<Record<ServerVerb, readonly string[]>>;

const STSTART: Table = { start: ['background'], stop: ['stop'], status: ['status'] };
const SERVICE: Table = { start: ['start'], stop: ['stop'], status: ['query'] };
/** staddin starts and stops the Sametime services below Domino. */
const CONSOLE: Table = { start: ['load staddin'], stop: ['tell staddin quit'], status: ['show tasks'] };

export function serverCommand(
  { platform, data, user, service = DOMINO_SERVICE }: ServerHome,
  verb: ServerVerb,
): readonly string[] {
  if (platform === 'windows') return ['sc.exe', ...SERVICE[verb], service];
  const runAs = user === undefined ? [] : ['sudo', '-n', '-u', user, '--'];
  const [script, word] =
    platform === 'linux'
      ? ['cd "$1" && exec ./ststart "$2"', STSTART[verb][0] ?? '']
      : ['cd "$1" && exec ./server -c "$2"', CONSOLE[verb][0] ?? ''];
  return [...runAs, 'sh', '-c', script, 'sh', data, word];
}

export type ServerClaim = {
  readonly says: 'running' | 'stopped' | 'changing' | 'nothing';
  /** only the ports and the log prove a state */
  readonly isProof: false;
  /** the telling line */
  readonly line: string | null;
};

type Rule = { readonly says: ServerClaim['says']; readonly line: RegExp };

const CLAIMS: Readonly<Record<ServerPlatform, readonly Rule[]>> = {
  linux: [
    { says: 'stopped', line: /\bnot running\b|\bstopped\b|\bis down\b/iu },
    { says: 'changing', line: /\bstarting\b|\bstopping\b/iu },
    { says: 'running', line: /\brunning\b|\bstarted\b/iu },
  ],
  windows: [
    { says: 'changing', line: /^\s*STATE\s*:\s*[2356]\s/iu },
    { says: 'running', line: /^\s*STATE\s*:\s*4\s/iu },
    { says: 'stopped', line: /^\s*STATE\s*:\s*1\s/iu },
  ],
  domino: [
    { says: 'changing', line: /\bSametime\b.*\b(?:Starting|Initializing|Stopping)\b/iu },
    { says: 'running', line: /\bSametime\b.*\bRunning\b/iu },
  ],
};

/** @param text standard output and standard error of `status` */
export function claimOf(platform: ServerPlatform, text: string): ServerClaim {
  const lines = text.split(/\r?\n/u);
  for (const { says, line } of CLAIMS[platform]) {
    const found = lines.find((one) => line.test(one));
    if (found !== undefined) return { says, isProof: false, line: found.trim() };
  }
  return { says: 'nothing', isProof: false, line: null };
}
