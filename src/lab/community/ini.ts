// The lab's own reading of sametime.ini. It shares nothing with src/products/sametime on purpose: what strictstep writes
// and foresees is held against a reader that was written apart from it.
import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';

export interface LabIni {
  /** undefined: no such line; the last one of several wins */
  value(section: string, key: string): string | undefined;
}

const SECTION = /^\s*\[([^\]]*)\]/;
const ENTRY = /^\s*([^;#=\s][^=]*?)\s*=(.*)$/;

export function readLabIni(file: string): LabIni {
  const values = new Map<string, string>();
  let section = '';
  for (const line of readFileSync(file, 'latin1')
    .replace(/^\u00EF\u00BB\u00BF/, '')
    .split(/\r\n|\r|\n/)) {
    const opened = SECTION.exec(line)?.[1];
    if (opened !== undefined) section = opened.trim().toLowerCase();
    const [, key, value] = ENTRY.exec(line) ?? [];
    if (key !== undefined && value !== undefined) values.set(`${section}/${key.toLowerCase()}`, value.trim());
  }
  return { value: (inSection, key) => values.get(`${inSection}/${key}`.toLowerCase()) };
}

/** The server's own rewrite: takes the lines of these keys out of [Config] and leaves every other byte. */
export function removeConfigKeys(file: string, keys: ReadonlySet<string>): void {
  let section = '';
  const kept = (readFileSync(file, 'latin1').match(/[^\r\n]*(?:\r\n|\r|\n|$)/g) ?? []).filter((line) => {
    section = SECTION.exec(line)?.[1]?.trim().toLowerCase() ?? section;
    const key = ENTRY.exec(line.replace(/[\r\n]+$/, ''))?.[1]?.toUpperCase();
    return !(section === 'config' && key !== undefined && keys.has(key));
  });
  writeFileSync(`${file}.server-new`, kept.join(''), { encoding: 'latin1', mode: statSync(file).mode & 0o777 });
  renameSync(`${file}.server-new`, file);
}
