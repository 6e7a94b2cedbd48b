// Parameters of endpoint-security.
import { z } from 'zod';
import type { Json } from '../../core/json.ts';
import { renderScope } from '../../products/websphere/scopes.ts';
import { parseInput } from '../parse-input.ts';
import { ServerTarget } from '../targets.ts';

export const Wish = z.strictObject({
  certificate: z.string().min(1),
  configuration: z.string().min(1),
  configurationScope: z.enum(['cell', 'node']),
});

export type Params = {
  readonly cell: string;
  readonly node: string;
  readonly server: string;
  readonly scope: string;
  readonly certificate: string;
  readonly configuration: string;
  /** "(cell):c1" or "(cell):c1:(node):n1" */
  readonly configurationScope: string;
  readonly dmgrHost: string;
  readonly dmgrProfile: string;
};

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, ServerTarget, Wish);
  const { cell, node, server, dmgrHost, dmgrProfile } = target;
  const { certificate, configuration } = wish;
  const configurationScope = renderScope(wish.configurationScope === 'cell' ? { cell } : { cell, node });
  const scope = renderScope({ cell, node, server });
  return { cell, node, server, scope, certificate, configuration, configurationScope, dmgrHost, dmgrProfile };
}
