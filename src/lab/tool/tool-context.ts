// What every tool of a profile works with.
import type { ToolRun } from '../control.ts';
import type { WasProcess } from '../process/was-process.ts';
import type { LineReader } from '../line-reader.ts';
import { connectSoap } from '../soap-client.ts';
import type { SoapConnection, SoapOptions } from '../soap-client.ts';
import type { Site } from '../site.ts';
import type { ProfileSpec, ServerSpec } from '../types.ts';
import type { ToolArguments } from './arguments.ts';

/** What the tools need to know of the processes. */
export interface ToolProcesses {
  process(name: string): Pick<WasProcess, 'facts' | 'start'>;
}

export type ToolContext = {
  readonly site: Site;
  readonly deployment: ToolProcesses;
  readonly profile: ProfileSpec;
  /** folder of the profile */
  readonly root: string;
  readonly run: ToolRun;
  readonly input: LineReader;
  readonly args: ToolArguments;
};

/** Exit status of WebSphere's tools modulo 256. Source: IBM, "Exit codes" of the start and stop commands. */
export const TOOL_EXIT = { done: 0, startFailed: 255, startTimedOut: 254, stopFailed: 246, stopTimedOut: 245 } as const;

/** The server named on the command line, of this profile; undefined if the profile has none of that name. */
export const serverNamed = ({ profile }: ToolContext, name: string | undefined): ServerSpec | undefined =>
  profile.servers.find((server) => server.name === name);

export function connectTool(
  { root, run, input, args }: ToolContext,
  target: Pick<SoapOptions, 'host' | 'port' | 'acceptSigner'>,
): Promise<SoapConnection> {
  const user = args.value('-user') ?? args.value('-username');
  const password = args.value('-password');
  const login = user === undefined || password === undefined ? {} : { login: { user, password } };
  return connectSoap({ profile: root, ...target, ...login, input, output: run.out, signal: run.signal });
}

export const timeoutMs = ({ args }: ToolContext): number | undefined => {
  const seconds = Number(args.value('-timeout'));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : undefined;
};

export const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
