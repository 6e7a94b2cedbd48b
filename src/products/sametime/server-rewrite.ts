// The server's own edit of sametime.ini: at its first start with a password and a stash file it writes the stash and removes
// the password. Exactly that is expected; anything more is drift. Source: HCL Sametime 11.6 "Implementing TLS
// configuration"; that the rest of the file stays byte for byte is an assumption, not verified on a real server.
import { editIniBytes } from './ini-edit.ts';
import { getIni, type IniFile, type IniLine } from './ini.ts';
import { STORES } from './lint-stores.ts';
import { SETTINGS, keyOf } from './setting-table.ts';
import { TLS_SECTION } from './settings.ts';
import { SCOPES } from './types.ts';

type StashPair = { readonly passwordKey: string; readonly stashKey: string; readonly stashFile: string };

/** What the server will stash and remove at its next start.
 * @throws OperatorError FACT_UNREADABLE for a key that is there more than once */
export const pendingStashes = (ini: IniFile): readonly StashPair[] =>
  SCOPES.flatMap((scope) =>
    STORES.flatMap(({ password, stash }): readonly StashPair[] => {
      const [passwordKey, stashKey] = [password, stash].map((name) => {
        const setting = SETTINGS.find((row) => row.name === name);
        return setting === undefined ? undefined : keyOf(setting, scope);
      });
      if (passwordKey === undefined || stashKey === undefined) return [];
      const stashFile = getIni(ini, TLS_SECTION, stashKey);
      const hasPassword = (getIni(ini, TLS_SECTION, passwordKey) ?? '') !== '';
      return hasPassword && typeof stashFile === 'string' && stashFile !== ''
        ? [{ passwordKey, stashKey, stashFile }]
        : [];
    }),
  );

/** The file after the server's next start. */
export const expectServerRewrite = (ini: IniFile): Uint8Array =>
  editIniBytes(
    ini,
    pendingStashes(ini).map(({ passwordKey: key }) => ({ section: TLS_SECTION, key, value: null })),
  );

export type RewriteVerdict =
  | { readonly kind: 'unchanged' | 'expected' }
  /** only some of the passwords are gone: the server has not finished its start, or could not write a stash */
  | { readonly kind: 'incomplete'; readonly left: readonly string[] }
  /** lines of people's text, without values of secrets */
  | { readonly kind: 'drift'; readonly differences: readonly string[] };

/** @param before what was written, @param after what is there now */
export function judgeRewrite(before: IniFile, after: IniFile): RewriteVerdict {
  const isSame = (bytes: Uint8Array): boolean => Buffer.from(after.bytes).equals(bytes);
  const pending = pendingStashes(before);
  if (isSame(before.bytes)) return { kind: 'unchanged' };
  if (isSame(expectServerRewrite(before))) return { kind: 'expected' };
  const gone = pending.filter(({ passwordKey }) => getIni(after, TLS_SECTION, passwordKey) === undefined);
  const removals = gone.map(({ passwordKey: key }) => ({ section: TLS_SECTION, key, value: null }));
  if (gone.length > 0 && isSame(editIniBytes(before, removals))) {
    const left = pending.filter((pair) => !gone.includes(pair)).map(({ passwordKey }) => passwordKey);
    return { kind: 'incomplete', left };
  }
  return { kind: 'drift', differences: differencesOf(before, after, gone) };
}

function differencesOf(before: IniFile, after: IniFile, gone: readonly StashPair[]): readonly string[] {
  const [old, fresh] = [rowsOf(before), rowsOf(after)];
  const common = commonRows(
    old.map(({ text }) => text),
    fresh.map(({ text }) => text),
  );
  const [keptOld, keptFresh] = [new Set(common.map(([at]) => at)), new Set(common.map(([, at]) => at))];
  const removed = old.filter((_, index) => !keptOld.has(index));
  const added = fresh.filter((_, index) => !keptFresh.has(index));
  const isExpected = ({ line }: { line: IniLine }): boolean =>
    line.kind === 'entry' && gone.some(({ passwordKey }) => passwordKey.toLowerCase() === line.key.toLowerCase());
  return [
    ...removed
      .filter((row) => !isExpected(row))
      .map(({ line }) => `line ${line.line} is gone: ${describe(before, line)}`),
    ...added.map(({ line }) => `line ${line.line} is new: ${describe(after, line)}`),
  ];
}

const rowsOf = (ini: IniFile) => ini.lines.map((line) => ({ line, text: rawText(ini, line) }));

const rawText = ({ bytes }: IniFile, { start, end }: IniLine): string =>
  Buffer.from(bytes.subarray(start, end)).toString('latin1');

function describe(ini: IniFile, line: IniLine): string {
  if (line.kind === 'entry') return `${line.key}=${String(line.value)} in [${line.section}]`;
  if (line.kind === 'section') return `section [${line.section}]`;
  const text = rawText(ini, line).trim();
  // A comment may hold a password that was switched off by hand.
  return text === '' ? 'an empty line' : 'a comment or a line without an equals sign';
}

/** Pairs of row numbers of a longest common sequence; what both have at the ends is not compared at length. */
function commonRows(old: readonly string[], fresh: readonly string[]): readonly (readonly [number, number])[] {
  const limit = Math.min(old.length, fresh.length);
  let head = 0;
  while (head < limit && old[head] === fresh[head]) head += 1;
  let tail = 0;
  while (tail < limit - head && old.at(-1 - tail) === fresh.at(-1 - tail)) tail += 1;
  const [a, b] = [old.slice(head, old.length - tail), fresh.slice(head, fresh.length - tail)];
  const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
  for (let i = a.length - 1; i >= 0; i -= 1) {
    for (let j = b.length - 1; j >= 0; j -= 1) {
      const [own, next] = [lengths[i], lengths[i + 1]];
      if (own === undefined || next === undefined) continue;
      own[j] = a[i] === b[j] ? (next[j + 1] ?? 0) + 1 : Math.max(next[j] ?? 0, own[j + 1] ?? 0);
    }
  }
  const pairs: (readonly [number, number])[] = Array.from({ length: head }, (_, row) => [row, row] as const);
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      pairs.push([head + i, head + j]);
      i += 1;
      j += 1;
    } else if ((lengths[i + 1]?.[j] ?? 0) >= (lengths[i]?.[j + 1] ?? 0)) i += 1;
    else j += 1;
  }
  const ends = Array.from({ length: tail }, (_, row) => [old.length - 1 - row, fresh.length - 1 - row] as const);
  return [...pairs, ...ends];
}
