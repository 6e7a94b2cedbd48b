// Where the program's own files lie: beside src/ in a checkout, beside dist/ where it is built (build/build.ts). The only
// file that may ask where it lies itself, because building puts many files into few, elsewhere; a test holds that.
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

export const IS_BUILT = !import.meta.filename.endsWith('.ts');

const ROOT = nearestPackage(import.meta.dirname);

function nearestPackage(folder: string): string {
  if (existsSync(join(folder, 'package.json'))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new RangeError(`no package.json above ${import.meta.dirname}`);
  return nearestPackage(parent);
}

/** @param name below the package: `templates/sql/recording-row-read.sql` */
export const shippedFile = (name: string): string => join(ROOT, name);

/** What Node is started with for a process of our own; build/build.ts has the list.
 * @param name below src, without its ending: `lab/wsadmin/main` */
export const entryFile = (name: string): string =>
  IS_BUILT ? join(ROOT, 'dist', `${name}.cjs`) : join(ROOT, 'src', `${name}.ts`);
