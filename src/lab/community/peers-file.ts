// servers.txt: the members' addresses as each program knows them; it stands for the server documents of the directory.
// A line is `name address port`.
import { readFileSync } from 'node:fs';

export type KnownServer = { readonly name: string; readonly address: string; readonly port: number };

export const renderServers = (servers: readonly KnownServer[]): string =>
  servers.map(({ name, address, port }) => `${name} ${address} ${port}\n`).join('');

export const readServers = (file: string): readonly KnownServer[] =>
  readFileSync(file, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const [name = '', address = '', port = ''] = line.trim().split(/\s+/);
      return port === '' ? [] : [{ name, address, port: Number(port) }];
    });
