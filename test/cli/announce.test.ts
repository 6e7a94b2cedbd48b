// Nothing goes over the network before it is said to whom: seen from outside, with the moment of each connection written
// into the same stream as the notes.
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { openTestLab } from '../helpers/lab.ts';

const CLI = fileURLToPath(new URL('../../src/cli/', import.meta.url));
const TELLS_CONNECTIONS = `data:text/javascript,${encodeURIComponent(`
  import { writeSync } from 'node:fs';
  import { registerHooks } from 'node:module';
  import { Socket } from 'node:net';
  registerHooks({
    load(url, context, next) {
      if (url.includes('/node_modules/ssh2/')) writeSync(2, 'SSH IS LOADED\\n');
      return next(url, context);
    },
  });
  const { connect } = Socket.prototype;
  Socket.prototype.connect = function (...args) {
    writeSync(2, 'CONNECTION\\n');
    return connect.apply(this, args);
  };
`)}`;

async function linesOf(...args: readonly string[]): Promise<readonly string[]> {
  const words = ['--import', TELLS_CONNECTIONS, `${CLI}main.ts`, ...args];
  const options = { reject: false, stdin: 'ignore', env: { CI: 'true' } } as const;
  return (await execa(process.execPath, words, options)).stderr.split('\n');
}

let inventory = '';
let ports: readonly number[] = [];

// Its hosts have ended, so every command is over with the first connection; the inventory stays.
beforeAll(async () => {
  await using lab = await openTestLab();
  inventory = lab.inventoryFile;
  ports = [...readFileSync(inventory, 'utf8').matchAll(/^ {4}port: (\d+)$/gm)].map(([, port]) => Number(port));
});

const READING: readonly (readonly [verb: string, more: readonly string[]])[] = [
  ['plan', ['--playbook', 'sametime-tls12']],
  ['check', []],
  ['audit', []],
  ['discover', []],
];

test.each(READING)('%s names every host before the first connection', async (verb, more) => {
  const lines = await linesOf(verb, '--inventory', inventory, ...more);
  expect(lines).toContain('CONNECTION');
  const before = lines.slice(0, lines.indexOf('CONNECTION')).join('\n');
  expect(before).toContain('reading dm (127.0.0.1:');
  expect(ports.length).toBeGreaterThan(2);
  expect(ports.filter((port) => !before.includes(`127.0.0.1:${port}`))).toEqual([]);
});

test('plan says whom it reads before it loads what speaks SSH, which takes longer than reading the inputs', async () => {
  const lines = await linesOf('plan', '--inventory', inventory, '--playbook', 'sametime-tls12');
  expect(lines).toContain('SSH IS LOADED');
  expect(lines.slice(0, lines.indexOf('SSH IS LOADED')).join('\n')).toContain('reading dm (127.0.0.1:');
});

test('probe names its ports before the first connection, and not more of them than a person reads', async () => {
  const lines = await linesOf('probe', '--quick', '127.0.0.1:9');
  expect(lines.indexOf('asking 127.0.0.1:9')).toBe(0);
  expect(lines).toContain('CONNECTION');
  const many = Array.from({ length: 15 }, (_, index) => `127.0.0.1:${index + 1}`);
  expect((await linesOf('probe', '--quick', ...many))[0]).toMatch(/^asking 127.0.0.1:1, .*127.0.0.1:12 and 3 more$/);
});

test('there is no other way for a verb to open hosts', () => {
  const openers = readdirSync(CLI, { recursive: true, encoding: 'utf8' }).filter(
    (name) => name.endsWith('.ts') && /\bopenWorld\(/.test(readFileSync(`${CLI}${name}`, 'utf8')),
  );
  // The callers of run-discovery.ts announce: `discover` here, `init` in its own words.
  expect(openers.toSorted()).toEqual(['announced-world.ts', 'run-discovery.ts']);
});
