// How the command starts: what it loads, and that the launcher is the same program.
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { makeProgram } from '../../src/cli/program.ts';
import { openTlsServer } from '../tls/servers.ts';

const pathOf = (name: string): string => fileURLToPath(new URL(`../../src/cli/${name}`, import.meta.url));
const LISTS_LOADED = `data:text/javascript,${encodeURIComponent(`
  import { registerHooks } from 'node:module';
  registerHooks({ load: (url, context, next) => (process.stderr.write(url + '\\n'), next(url, context)) });
`)}`;

const packagesLoadedBy = async (...args: readonly string[]): Promise<readonly string[]> => {
  const { stderr } = await execa(process.execPath, ['--import', LISTS_LOADED, pathOf('strictstep.mjs'), ...args], {
    stdin: 'ignore',
  });
  const found = [...stderr.matchAll(/node_modules\/((?:@[^/]+\/)?[^/\s]+)/g)].map(([, name = '']) => name);
  return [...new Set(found)];
};

test('an everyday probe loads no package, any other but the one that reads the command line', async () => {
  await using server = await openTlsServer({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  const { host, port } = server.target;
  expect(await packagesLoadedBy('probe', `${host}:${port}`)).toEqual([]);
  expect(await packagesLoadedBy('probe', '--pause', '0', `${host}:${port}`)).toEqual(['commander']);
});

test('help loads no verb', async () => {
  expect(await packagesLoadedBy('probe', '--help')).toEqual(['commander']);
});

test('the launcher and main.ts are the same program', async () => {
  const [launched, direct] = await Promise.all(
    ['strictstep.mjs', 'main.ts'].map((name) => execa(process.execPath, [pathOf(name), 'version', '--json'])),
  );
  expect(launched?.stdout).toBe(direct?.stdout);
  expect(launched?.stdout).toContain('strictstep');
});

test('a verb that is made alone is the one that is made with all', () => {
  const flagsOf = (program: ReturnType<typeof makeProgram>, name: string): readonly string[] | undefined =>
    program.commands.find((verb) => verb.name() === name)?.options.map(({ flags }) => flags);
  const all = makeProgram();
  const names = all.commands.map((verb) => verb.name());
  expect(names.length).toBeGreaterThan(15);
  for (const name of names) expect([name, flagsOf(makeProgram(name), name)]).toEqual([name, flagsOf(all, name)]);
  expect(makeProgram('probe').commands.map((verb) => verb.name())).toEqual(['probe']);
});
