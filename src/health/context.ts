// What a health check may use: reading shells, and the waiting that a run can interrupt.
import type { Login } from '../core/operation.ts';
import type { ReadShell } from '../core/shell.ts';

/** Established connections at the ports of a community server. */
export type Callers = {
  /** addresses at the server port */
  readonly server: readonly string[];
  /** number of connections at the client port */
  readonly client: number;
};

export type HealthContext = {
  shell(host: string): Promise<ReadShell>;
  /** of a user for pings; undefined: the inventory has none */
  login(owner: string): Login | undefined;
  /** real time; throws when the run is told to stop */
  pause(ms: number): Promise<void>;
  /** offset in bytes of a log file before the step began, by `host:path`; undefined: from the start */
  logOffset(host: string, path: string): number | undefined;
  /** who was connected before the step began, by the name of the check; undefined: not known */
  callersBefore(check: string): Callers | undefined;
};
