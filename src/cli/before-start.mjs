// What comes before any other file is loaded: is this Node new enough, and where it keeps the compiled form of this
// program, so that a start neither strips types nor compiles again. Plain JavaScript, because the first file with types
// loads the whole type stripper, and so that an old Node can read it.
import { statSync } from 'node:fs';
import { dirname, join } from 'node:path';

const OLDEST_NODE = 24;

if (Number(process.versions.node.split('.')[0]) < OLDEST_NODE) {
  process.stderr.write(`error: USAGE strictstep needs Node ${OLDEST_NODE} or newer, this is ${process.version}\n`);
  process.stderr.write('hint: Put Node 24 first on the PATH; in a checkout npx strictstep does so, after npm ci.\n');
  process.exit(64);
}

const root = dirname(dirname(import.meta.dirname));

// Who may write there may change the program as well, so the cache is no new way in. Somebody else's installation is
// left as it is. Node passes over an entry that does not fit its file, and a folder that cannot be written.
if (statSync(root).uid === (process.getuid?.() ?? 0))
  // Not imported: an old Node, which the lines above are for, has no such name in the module.
  process.getBuiltinModule('node:module').enableCompileCache(join(root, 'node_modules/.cache/strictstep'));
