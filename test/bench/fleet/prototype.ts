// The least that this language can do for bench:fleet: one connection and one script for each host, straight on ssh2, with no
// lock, no record, no look before and no health check. Further argument: the script, which is given the profile.
import { readFileSync } from 'node:fs';
import { furtherArguments, onEachHost } from './bare-ssh.ts';

const [script = ''] = furtherArguments;
const text = readFileSync(script);

await onEachHost(
  (client, profile) =>
    new Promise((resolve, reject) => {
      client.exec(`exec sh -s ${profile}`, (error, channel) => {
        if (error !== undefined) return reject(error);
        channel.resume();
        channel.stderr.resume();
        channel.on('exit', (code: number | null) => resolve(code === 0));
        channel.end(text);
      });
    }),
);
