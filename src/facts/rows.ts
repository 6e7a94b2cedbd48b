// The recording row of every database of the inventory.
import type { ReadContext } from '../core/operation.ts';
import type { Inventory } from '../inventory/types.ts';
import { recordingRow } from '../operations/recording-row/index.ts';
import type { RowFacts } from './types.ts';

/** Parsing wants a wish; reading does not use it. */
const WISH = { protocol: 'TLSv1.2' };

export const gatherRows = ({ databases }: Inventory, context: ReadContext): Promise<readonly RowFacts[]> =>
  Promise.all(
    databases.map(async ({ name, host, command, database, serverId, readBy }) => {
      const target = { kind: 'database', database: name, host, command, databaseName: database, serverId };
      const params = recordingRow.parse({
        target: { ...target, readBy: readBy.map((server) => ({ ...server })) },
        with: WISH,
      });
      return { database: name, protocol: (await recordingRow.read(context, params)).value };
    }),
  );
