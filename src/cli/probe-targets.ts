// The ports that a probe is about, from the command line and from a file, and a bound on how many are probed at once.
import { OperatorError } from '../core/errors.ts';

type Endpoint = { readonly host: string; readonly port: number };

/** In the order given; a port that is named twice is there once.
 * @throws OperatorError USAGE, INPUT_VALUE with place, INPUT_UNREADABLE */
export async function readTargets(given: readonly string[], file: string | undefined): Promise<readonly Endpoint[]> {
  const named = given.map((text) => {
    const endpoint = parseEndpoint(text);
    if (endpoint === undefined) throw new OperatorError('USAGE', `${text} is not HOST:PORT`, { hint: HINT });
    return endpoint;
  });
  const listed = file === undefined ? [] : await loadTargets(file);
  const all = [...named, ...listed];
  if (all.length === 0) {
    const hint = 'Name a HOST:PORT, or a file of them with --targets.';
    throw new OperatorError('USAGE', 'probe has no port to ask', { hint });
  }
  return [...new Map(all.map((endpoint) => [`${endpoint.host} ${endpoint.port}`, endpoint])).values()];
}

async function loadTargets(file: string): Promise<readonly Endpoint[]> {
  const { loadText } = await import('../core/yaml/load-text.ts');
  return parseTargets((await loadText(file)).text, file);
}

function parseTargets(text: string, file: string): readonly Endpoint[] {
  return text.split(/\r?\n/).flatMap((line, index) => {
    const entry = line.replace(/(^|\s)#.*$/, '').trim();
    if (entry === '') return [];
    const endpoint = parseEndpoint(entry);
    if (endpoint !== undefined) return [endpoint];
    const place = { file, line: index + 1, column: line.search(/\S/) + 1 };
    throw new OperatorError('INPUT_VALUE', `${JSON.stringify(entry)} is not HOST:PORT`, { hint: HINT, place });
  });
}

const HINT = 'Write it like chat.example.org:443 or [::1]:9443.';

/** `host:port`, `[address]:port` */
function parseEndpoint(text: string): Endpoint | undefined {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):([0-9]{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  const host = found?.[1] ?? found?.[2];
  return host !== undefined && port >= 1 && port <= 65_535 ? { host, port } : undefined;
}

/** @throws OperatorError USAGE */
export function parsePause(text: string | undefined): number | undefined {
  if (text === undefined || /^\d{1,5}$/.test(text)) return text === undefined ? undefined : Number(text);
  throw new OperatorError('USAGE', `--pause ${text} is not a number of milliseconds`, {
    hint: 'Write for instance --pause 200.',
  });
}

/** Results in the order of the items, with at most `most` of them under way. */
export async function eachBounded<Item, Result>(
  items: readonly Item[],
  most: number,
  execute: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  const results = new Map<number, Result>();
  const waiting = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of waiting) results.set(index, await execute(item));
  };
  await Promise.all(Array.from({ length: Math.min(most, items.length) }, work));
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}
