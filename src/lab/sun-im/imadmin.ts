// imadmin: start, stop, refresh, status and version of server and multiplexor, `-c iim.conf` for a named instance. Refresh is no
// reload: "Stops and starts the specified component(s)" (table C-3). What status prints is in no page that could be read: the lines
// are ours. A component that is started twice, or stopped while it is down, is no error.
import path from 'node:path';
import type { Component } from '../component.ts';
import type { ToolRun } from '../control.ts';

const COMPONENTS = ['server', 'multiplexor'] as const;
const USAGE =
  'usage: imadmin [-c iim.conf] start|stop|refresh|status|version [server|multiplexor|agent-calendar|watchdog]\n';

export type ImadminParts = {
  /** of this host */
  readonly confFile: string;
  readonly component: (which: (typeof COMPONENTS)[number]) => Component;
};

/** @returns the exit status */
export async function runImadmin({ confFile, component }: ImadminParts, run: ToolRun): Promise<number> {
  const named = run.argv[0] === '-c' ? run.argv[1] : undefined;
  const [verb = '', which, ...more] = named === undefined ? run.argv : run.argv.slice(2);
  if (named !== undefined && path.resolve(run.cwd, named) !== confFile) {
    run.err(`imadmin: ${named}: no such instance\n`);
    return 1;
  }
  if (verb === 'version') {
    run.out('Sun Java(tm) System Instant Messaging 7.2 (strictstep lab)\n');
    return 0;
  }
  const isOther = which === 'agent-calendar' || which === 'watchdog';
  const chosen = COMPONENTS.filter((one) => which === undefined || one === which);
  const isKnown = ['start', 'stop', 'refresh', 'status', 'check'].includes(verb);
  if (!isKnown || more.length > 0 || (chosen.length === 0 && !isOther)) {
    run.err(USAGE);
    return 2;
  }
  if (verb === 'check') {
    run.err('imadmin: check is status since 7.2\n');
    return 2;
  }
  for (const one of chosen) {
    const program = component(one);
    if (verb === 'status') {
      run.out(`${one === 'server' ? 'Server' : 'Multiplexor'} [${program.facts().pid === null ? 'DOWN' : 'UP'}]\n`);
      continue;
    }
    if (verb !== 'start') await program.stop();
    if (verb === 'stop') continue;
    // As a start script does: the process is there, its ports come later.
    await program.launch();
  }
  return 0;
}
