// Established connections as `ss -tn` or `netstat -tn` prints them, parsed strictly: one line that has another form makes the
// whole list worthless, since what it hides could be the caller that is looked for. Forms: iproute2 6, net-tools 2.10.

// Prints the list of whichever tool is there; its status is that tool's.
export const SOCKETS_SCRIPT = 'if command -v ss >/dev/null 2>&1; then exec ss -tn; else exec netstat -tn; fi';

export type SocketPair = { readonly localPort: number; readonly remote: string };

/** undefined: a line is not understood */
export function parseSockets(text: string): readonly SocketPair[] | undefined {
  const found: SocketPair[] = [];
  for (const line of text.split(/\r?\n/u)) {
    if (line.trim() === '' || /^(?:State\b|Active Internet|Proto\b)/u.test(line)) continue;
    const words = line.trim().split(/\s+/u);
    const isNetstat = /^tcp6?$/u.test(words[0] ?? '');
    const state = isNetstat ? words[5] : words[0];
    if (state === undefined || !/^[A-Z][A-Z0-9_-]*$/u.test(state)) return undefined;
    const [local, remote] = [words[3], words[4]].map(endOf);
    if (local === undefined || remote === undefined) return undefined;
    if (state === 'ESTAB' || state === 'ESTABLISHED') found.push({ localPort: local.port, remote: remote.address });
  }
  return found;
}

/** 127.0.0.1:1516, [::ffff:10.1.2.3]:1516 and ::1:1516; undefined: none of these */
function endOf(text: string | undefined): { readonly address: string; readonly port: number } | undefined {
  const [, address, port] = /^(.+):(\d{1,5}|\*)$/u.exec(text ?? '') ?? [];
  if (address === undefined || port === undefined) return undefined;
  const bare = address
    .replace(/^\[(.*)\]$/u, '$1')
    .replace(/%.*$/u, '')
    .replace(/^::ffff:(?=\d+\.)/iu, '');
  return /^[\dA-Fa-f.:*]+$/u.test(bare) ? { address: bare, port: Number(port) } : undefined;
}
