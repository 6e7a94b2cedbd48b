// `search` of each host. It is a matter of `discover` alone, so the typed hosts do not carry it.
import { z } from 'zod';
import { readYaml } from '../core/yaml/read-yaml.ts';
import { toJson } from '../core/yaml/yaml-tree.ts';
import { hostsOnly } from './hosts-only.ts';

const Searched = z.object({
  hosts: z.record(z.string(), z.object({ search: z.array(z.string()).default([]) }).nullable()).default({}),
});

/** Of a text that was checked against the schema before. */
export function searchPlaces(text: string, file: string): ReadonlyMap<string, readonly string[]> {
  const { hosts } = Searched.parse(toJson(readYaml(hostsOnly(text), file)));
  return new Map(Object.entries(hosts).map(([name, host]) => [name, host?.search ?? []]));
}
