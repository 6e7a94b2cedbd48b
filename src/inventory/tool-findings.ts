// What the schema cannot see of tool profiles: the cells that they call, and names that the model would take for a node's.
import type { Finding } from '../core/yaml/problem.ts';
import { unknown } from './findings.ts';
import type { InventoryFile } from './schema.ts';

/** In the model the tools stand beside those of the nodes of the cells that they call.
 * @param manager what the deployment manager is called there */
export const toolFindings = ({ toolProfiles, cells }: InventoryFile, manager: string): readonly Finding[] =>
  Object.entries(toolProfiles).flatMap(([name, { calls }]) =>
    calls.flatMap((cell, index) => {
      const called = cells[cell];
      if (called === undefined)
        return unknown('cell', cell, Object.keys(cells), ['toolProfiles', name, 'calls', index]);
      if (name !== manager && !(name in called.nodes)) return [];
      const what = name === manager ? 'the deployment manager' : 'a node';
      const message = `tool profile ${name} has the name of ${what} of cell ${cell}, which it calls`;
      const hint = 'Give it another name; the tools of a node belong to the node.';
      return [{ code: 'INPUT_VALUE' as const, message, hint, path: ['toolProfiles', name], at: 'key' as const }];
    }),
  );
