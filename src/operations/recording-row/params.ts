// Parameters of recording-row. What goes into SQL text is held to a small set of characters before it is quoted.
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';
import type { Json } from '../../core/json.ts';
import { parseInput } from '../parse-input.ts';
import { DatabaseTarget } from '../targets.ts';

// The one value that a published procedure names.
export const Wish = z.strictObject({ protocol: z.enum(['TLSv1.2']) });

export type Params = {
  readonly database: string;
  readonly host: string;
  readonly command: string;
  readonly databaseName: string;
  readonly serverId: string;
  readonly protocol: string;
  readonly readBy: readonly { readonly cell: string; readonly node: string; readonly server: string }[];
};

export function parseParams(input: Json): Params {
  const { target, wish } = parseInput(input, DatabaseTarget, Wish);
  const { database, host, command, databaseName, serverId, readBy } = target;
  expect(databaseName, /^\w{1,18}$/u, `database ${database}: the name`, 'letters, digits and underscores');
  expect(
    serverId,
    /^[\w.:@/ -]{1,255}$/u,
    `database ${database}: server_id`,
    'letters, digits, blanks and _ . : @ / -',
  );
  return { database, host, command, databaseName, serverId, protocol: wish.protocol, readBy };
}

function expect(value: string, form: RegExp, what: string, allowed: string): void {
  if (form.test(value)) return;
  const hint = `Only ${allowed} are put into SQL; correct it in the inventory.`;
  throw new OperatorError('INPUT_VALUE', `${what} ${JSON.stringify(value)} has a character that is not allowed`, {
    hint,
  });
}
