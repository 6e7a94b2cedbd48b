// Parameters of client-signers.
import { z } from 'zod';
import type { Json } from '../../core/json.ts';
import { parseInput } from '../parse-input.ts';
import { ProfileTarget } from '../targets.ts';

export const Wish = z.strictObject({ certificate: z.string().min(1) });

export type Params = {
  readonly certificate: string;
  readonly cell: string;
  readonly owner: string;
  readonly host: string;
  readonly profile: string;
  readonly dmgrAddress: string;
  readonly dmgrSoapPort: number;
  readonly timeoutMs: number;
};

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, ProfileTarget, Wish);
  const { cell, owner, host, path: profile, dmgrAddress, dmgrSoapPort, serverTimeoutMs: timeoutMs } = target;
  return { certificate: wish.certificate, cell, owner, host, profile, dmgrAddress, dmgrSoapPort, timeoutMs };
}
