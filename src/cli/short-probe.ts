// The everyday command lines of `probe`, read without the machinery for all verbs, which takes as long as the probe of a
// strict port. Only what needs no rules: ports, --quick, --json. A test holds that both read the same.
import type { ProbeFlags } from './verbs/probe.ts';

export type ShortProbe = { readonly endpoints: readonly string[]; readonly flags: ProbeFlags };

/** undefined: anything else, wrong words too */
export function readShortProbe([verb, ...words]: readonly string[]): ShortProbe | undefined {
  const endpoints = words.filter((word) => /^[^-].*:\d+$/.test(word));
  const flags = words.filter((word) => word === '--quick' || word === '--json');
  if (verb !== 'probe' || endpoints.length === 0 || endpoints.length + flags.length < words.length) return undefined;
  const [quick, json] = [flags.includes('--quick'), flags.includes('--json')];
  return { endpoints, flags: { quick, json, input: true, starttls: 'none', detailedExitcode: false } };
}
