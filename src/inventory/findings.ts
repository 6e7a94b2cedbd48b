// Findings that several sections of an inventory have in common: a name that nobody declares, a thing that is there twice.
import { didYouMean } from '../core/yaml/did-you-mean.ts';
import type { Finding } from '../core/yaml/problem.ts';
import { quoted } from '../core/yaml/yaml-tree.ts';
import type { YamlPath } from '../core/yaml/yaml-tree.ts';

export const unknown = (what: string, name: string, known: readonly string[], path: YamlPath): readonly Finding[] =>
  known.includes(name)
    ? []
    : [
        {
          code: 'INPUT_UNKNOWN_NAME',
          message: `${what} ${quoted(name)} is not declared in the inventory`,
          hint: didYouMean(name, known),
          path,
          at: 'value',
        },
      ];

export type Claim = { readonly value: string; readonly owner: string; readonly path: YamlPath };

export function repeated(claims: readonly Claim[], what: string): readonly Finding[] {
  const first = new Map<string, string>();
  return claims.flatMap(({ value, owner, path }) => {
    const earlier = first.get(value);
    if (earlier === undefined) first.set(value, owner);
    if (earlier === undefined) return [];
    const message = `${owner}: ${value} ${what} ${earlier}`;
    const hint = 'Declare it once and refer to it by its name.';
    return [{ code: 'INPUT_VALUE', message, hint, path, at: 'key' }];
  });
}
