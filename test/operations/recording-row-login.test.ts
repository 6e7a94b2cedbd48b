// What may be put into a CONNECT: the db2 command line takes the password unquoted.
import { expect, test } from 'vitest';
import type { ReadContext } from '../../src/core/operation.ts';
import { Secret } from '../../src/core/secret.ts';
import { sqlCommand } from '../../src/operations/recording-row/database.ts';
import type { Params } from '../../src/operations/recording-row/params.ts';

const params = {
  host: 'db',
  command: '/opt/db2',
  database: 'meetings',
  databaseName: 'STMS',
  serverId: 'm1',
} as Params;
const commandWith = (password: string) => {
  const login = (): ReturnType<ReadContext['login']> => ({
    user: 'db2inst1',
    password: new Secret(password, 'password of meetings'),
  });
  return sqlCommand({ login }, params, 'SELECT 1;\n');
};

test.each(['s3cret', 'A_b.c:d@e#f%g^h*i+j=k!l?m~n/o-p'])('%s is taken', (password) => {
  expect(commandWith(password).stdin?.[1]).toBeInstanceOf(Secret);
});

test.each(['two words', "quo'te", 'quo"te', 'end;DROP TABLE mtg.configuration', 'com--ment', 'line\nbreak', ''])(
  '%j is refused and not shown',
  (password) => {
    expect(() => commandWith(password)).toThrow(
      expect.objectContaining({
        code: 'INPUT_VALUE',
        message: 'database meetings: the password of meetings has characters that cannot be put into a CONNECT',
      }),
    );
  },
);
