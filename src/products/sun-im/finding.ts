// Short ways to write a finding; its line is found by its key, or by who reads the lines.
import { effectiveEntry, type IimFile } from './iim.ts';
import type { SunImFinding } from './types.ts';

export type FindingDraft = Omit<SunImFinding, 'line'>;
/** key: of iim.conf, whose line that counts it is about */
export type KeyedFinding = FindingDraft & { readonly key: string };

export const draft = (severity: SunImFinding['severity'], code: string, text: string, fix: string): FindingDraft => ({
  code,
  severity,
  text,
  fix,
});

export const keyed = (key: string, ...rest: Parameters<typeof draft>): KeyedFinding => ({ key, ...draft(...rest) });

/** With the line of the key that counts, where it is written. */
export function withLine(conf: IimFile, { key, ...finding }: KeyedFinding): SunImFinding {
  const line = effectiveEntry(conf, key)?.line;
  return line === undefined ? finding : { ...finding, line };
}
