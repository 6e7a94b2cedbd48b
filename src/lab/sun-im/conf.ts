// The lab's own reader of iim.conf and httpbind.conf, on purpose not the one of src/products/sun-im: tests hold both equal.
// Source: Instant Messaging 7.2, "iim.conf File Syntax". What the page leaves open is read as the page's words are nearest:
// only the first column makes a comment, a broken value is taken as it is written.

export type Conf = ReadonlyMap<string, string>;

/** key -> the value that counts; values for a language are left out */
export function readConf(text: string): Conf {
  const found = new Map<string, string>();
  for (const line of logicalLines(text)) {
    const end = line.search(/[=;]/);
    if (end === -1 || line[end] === ';') continue;
    const key = trim(line.slice(0, end));
    if (key !== '') found.set(key, valueOf(trim(line.slice(end + 1))));
  }
  return found;
}

/** Without comments; a backslash at the end of a line takes the next one to it. */
function logicalLines(text: string): readonly string[] {
  const lines: string[] = [];
  let open: string | undefined;
  for (const line of text.split(/\r\n|\n|\r/)) {
    if (open === undefined && line.startsWith('!')) continue;
    const whole: string = (open ?? '') + line;
    open = continues(line) ? whole.slice(0, -1) : undefined;
    if (open === undefined) lines.push(whole);
  }
  return open === undefined ? lines : [...lines, `${open}\\`];
}

/** An even number of backslashes is text. */
function continues(line: string): boolean {
  let count = 0;
  while (line[line.length - 1 - count] === '\\') count += 1;
  return count % 2 === 1;
}

const trim = (text: string): string => text.replace(/^[ \t]+|[ \t]+$/g, '');

const MEANING: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', '\\': '\\', '"': '"' };

function valueOf(written: string): string {
  if (!written.startsWith('"')) return written;
  let value = '';
  for (let at = 1; at < written.length; at += 1) {
    const sign = written[at] ?? '';
    if (sign === '"') return at === written.length - 1 ? value : written;
    if (sign !== '\\') {
      value += sign;
      continue;
    }
    at += 1;
    const meaning = MEANING[written[at] ?? ''];
    if (meaning === undefined) return written;
    value += meaning;
  }
  return written;
}

export const words = (text: string): readonly string[] =>
  text
    .split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

/** `host:port`, or a port alone, at which everybody may call */
export function addressIn(text: string): { readonly address: string; readonly port: number } | undefined {
  const at = text.lastIndexOf(':');
  const port = Number(text.slice(at + 1));
  if (!Number.isInteger(port) || port < 1 || port > 65_535) return undefined;
  return { address: at <= 0 ? '0.0.0.0' : text.slice(0, at), port };
}
