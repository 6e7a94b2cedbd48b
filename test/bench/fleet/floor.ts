// What the promises cost the hosts, for bench:fleet: the very scripts of strictstep for one change (lock, read, replace, read back,
// check, last look, release), sent by hand in as few messages as they allow, three, from a client that does nothing else: no plan,
// no journal, nothing on its disk, no report. What keeps these promises can be no faster than this. Further argument: the work.
import { createHash, randomBytes } from 'node:crypto';
import type { Client, ClientChannel } from 'ssh2';
import { RELEASE, TAKE } from '../../../src/run/host-lock-scripts.ts';
import { READ_FILE, REPLACE_FILE } from '../../../src/transport/file-scripts.ts';
import { WANTED } from './hosts.ts';
import { furtherArguments, onEachHost } from './bare-ssh.ts';

const [work = ''] = furtherArguments;
const KEY = /^com\.ibm\.ssl\.protocol=.*$/m;
const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');
const quoted = (text: string): string => `'${text.replaceAll("'", String.raw`'\''`)}'`;

/** A script in a process of its own, and what it is given as input. */
const part = (script: string, args: readonly string[], input?: string): string =>
  `(${input === undefined ? '' : `strictstep_input=${quoted(input)}\n`}set -- ${args.map(quoted).join(' ')}\n${script}\n)</dev/null`;

/** Sends parts that are executed one after the other, and gives what they print, when all ended well. */
async function send(channel: ClientChannel, parts: readonly string[]): Promise<string | undefined> {
  const word = randomBytes(12).toString('hex');
  channel.write(`{ ${parts.join(' && ')} && echo ${word}.0 || echo ${word}.1;}\n`);
  let said = '';
  for await (const chunk of channel.iterator({ destroyOnReturn: false })) {
    said += String(chunk);
    const at = said.indexOf(`${word}.`);
    if (at >= 0 && said.endsWith('\n')) return said[at + word.length + 1] === '0' ? said.slice(0, at) : undefined;
  }
  return undefined;
}

async function changeOn(client: Client, profile: string): Promise<boolean> {
  const channel = await new Promise<ClientChannel>((resolve, reject) => {
    client.exec('exec sh -s', (error, opened) => (error === undefined ? resolve(opened) : reject(error)));
  });
  channel.stderr.resume();
  const folder = `${profile}/properties`;
  const path = `${folder}/ssl.client.props`;
  const read = part(READ_FILE, [path]);
  if (work !== 'change') return (await send(channel, [read])) !== undefined;
  const nonce = randomBytes(6).toString('hex');
  const before = await send(channel, [part(TAKE, [`{"nonce":"${nonce}"}`, `run-${nonce}`, nonce]), read]);
  if (before === undefined) return false;
  const wanted = before.replace(KEY, `com.ibm.ssl.protocol=${WANTED}`);
  const temp = `${path}.strictstep-temp-${randomBytes(16).toString('hex')}`;
  const words = [path, `${path}.floor`, temp, sha256(wanted), folder, sha256(before)];
  const check = `(${quoted(`${profile}/bin/toolCheck.sh`)};exit $?)</dev/null`;
  const after = await send(channel, [part(REPLACE_FILE, words, wanted), read, check]);
  const atEnd = await send(channel, [read, part(RELEASE, [nonce, `run-${nonce}`])]);
  return after === wanted && atEnd === wanted;
}

await onEachHost(changeOn);
