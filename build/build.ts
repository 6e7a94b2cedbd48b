// `npm run build`: dist/, the program as the published package has it. Node takes no types off below node_modules, and a
// file or package less to find is a shorter start. Why it is like this: docs/decisions/0010-the-published-package.md.
import { chmodSync, copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join } from 'node:path';
import { rolldown } from 'rolldown';
import { packagesOf, renderNotices } from './notices.ts';

const ROOT = dirname(import.meta.dirname);

/** What Node is started with. core/program-files.ts finds them by the same names. */
const ENTRIES = ['cli/main', 'lab/wsadmin/main'];

/** Tried by ssh2 and done without: parts that only a compiler on the spot could make. */
const isNative = (id: string): boolean => id.endsWith('.node') || id === 'cpu-features';

/** What every command loads, what a probe loads, what it loads while answers travel, and what reads all other command
 * lines: one file each, with all that they need. */
const GROUPS = [
  { name: 'output', test: /src\/cli\/(output|short-probe)\.ts$/, priority: 4 },
  { name: 'prober', test: /src\/cli\/verbs\/probe\.ts$/, priority: 3 },
  { name: 'certificates', test: /src\/tls\/describe-chain\.ts$/, priority: 2 },
  { name: 'start', test: /src\/cli\/program\.ts$/, priority: 1 },
];

/** Of Skulpt's 47 MB, what runs: the lab's wsadmin executes the real agent with it. */
const SKULPT = ['main.js', 'dist/skulpt.min.js', 'dist/skulpt-stdlib.js'];

export async function build(out: string): Promise<void> {
  rmSync(out, { recursive: true, force: true });
  await using bundle = await rolldown({
    cwd: ROOT,
    input: Object.fromEntries(ENTRIES.map((name) => [name, join(ROOT, 'src', `${name}.ts`)])),
    platform: 'node',
    external: (id) => id.startsWith('node:') || builtinModules.includes(id) || isNative(id),
    onLog(level, { code, message }) {
      // A file that some load late and others at once is no fault.
      if (level === 'warn' && code !== 'INEFFECTIVE_DYNAMIC_IMPORT') throw new Error(message);
    },
  });
  const { output } = await bundle.write({
    dir: out,
    // CommonJS starts faster: an import of a module of Node's own reads each of its lazy properties.
    format: 'cjs',
    entryFileNames: '[name].cjs',
    chunkFileNames: 'chunks/[name].cjs',
    codeSplitting: { groups: GROUPS },
  });
  for (const name of ENTRIES) chmodSync(join(out, `${name}.cjs`), 0o755);
  for (const name of SKULPT) copyInto(join(ROOT, 'node_modules/skulpt', name), join(out, 'skulpt', name));
  writeFileSync(join(out, 'skulpt/package.json'), '{"type":"commonjs"}\n');
  const modules = output.flatMap((file) => (file.type === 'chunk' ? file.moduleIds : []));
  writeFileSync(
    join(out, 'third-party-notices.txt'),
    renderNotices([...packagesOf(modules), join(ROOT, 'node_modules/skulpt')]),
  );
}

function copyInto(from: string, to: string): void {
  mkdirSync(dirname(to), { recursive: true });
  copyFileSync(from, to);
}

if (process.argv[1] === import.meta.filename) await build(join(ROOT, 'dist'));
