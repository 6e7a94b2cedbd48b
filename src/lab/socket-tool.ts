// ss and netstat on the hosts of a lab: the established connections of their programs, in the form of the real ones.
import type { ToolRun } from './control.ts';
import type { Connection, SocketTable } from './sockets.ts';

/** @returns the exit status */
export function runSocketTool(sockets: SocketTable, { tool, argv, out }: ToolRun): number {
  const connections = sockets.established();
  out(tool === 'ss' ? renderSs(connections, argv) : renderNetstat(connections));
  return 0;
}

const pad = (text: string, width: number): string => text.padEnd(width);

/** Form of iproute2's `ss -tn`; -H leaves the head out. */
function renderSs(connections: readonly Connection[], argv: readonly string[]): string {
  const isBare = argv.some((word) => /^-[a-z]*H/i.test(word) && word.includes('H'));
  const head = isBare ? '' : 'State  Recv-Q Send-Q Local Address:Port  Peer Address:Port Process\n';
  const lines = connections.map(({ local, remote }) => `ESTAB  0      0      ${pad(local, 22)} ${remote}\n`);
  return head + lines.join('');
}

/** Form of net-tools' `netstat -tn`. */
function renderNetstat(connections: readonly Connection[]): string {
  const head =
    'Active Internet connections (w/o servers)\nProto Recv-Q Send-Q Local Address           Foreign Address         State      \n';
  const lines = connections.map(
    ({ local, remote }) => `tcp        0      0 ${pad(local, 23)} ${pad(remote, 23)} ESTABLISHED\n`,
  );
  return head + lines.join('');
}
