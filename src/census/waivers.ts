// The file with waivers: callers that may still come without TLS, with a reason and a last day. YAML:
// waivers: [{ peer: old-bot, reason: replaced in May, expires: 2026-06-01T00:00:00+02:00 }]
import { z } from 'zod';
import { msOfInstant } from '../core/instant.ts';
import { checkYaml } from '../core/yaml/check-yaml.ts';
import { instant, mapping, oneLine } from '../core/yaml/leaf.ts';
import { loadText } from '../core/yaml/load-text.ts';
import { readYaml } from '../core/yaml/read-yaml.ts';
import type { Waiver } from '../products/sametime/census.ts';

export const WaiversFile = mapping({ waivers: z.array(mapping({ peer: oneLine, reason: oneLine, expires: instant })) });

/** @throws OperatorError INPUT_UNREADABLE, INPUT_SYNTAX, INPUT_UNKNOWN_KEY, INPUT_VALUE, with place */
export async function loadWaivers(file: string): Promise<readonly Waiver[]> {
  const { text } = await loadText(file);
  const { waivers } = checkYaml(readYaml(text, file), WaiversFile);
  return waivers.map(({ peer, reason, expires }) => ({
    peer,
    reason,
    expires: new Date(msOfInstant(expires)).toISOString(),
  }));
}
