// The manifest of the published package, put in place by npm's own steps: `npm pack` runs `prepack` (build, then swap) and
// `postpack` (swap back). In a checkout package.json is private and brings a Node along; published it must do neither.
import { existsSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { build } from './build.ts';

const ROOT = dirname(import.meta.dirname);
const MANIFEST = join(ROOT, 'package.json');
const KEPT = join(ROOT, 'package.json.checkout');

/** What a user's npm is told. All packages that the program needs are in dist/. */
const PUBLISHED = ['name', 'version', 'description', 'license', 'type', 'engines', 'files'];

function publishedManifest(checkout: Readonly<Record<string, unknown>>): string {
  const kept = PUBLISHED.map((key) => [key, checkout[key]] as const);
  const manifest = { ...Object.fromEntries(kept), bin: { strictstep: 'dist/cli/main.cjs' } };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** Whole also after a pack that was killed in between. */
function restore(): void {
  if (existsSync(KEPT)) renameSync(KEPT, MANIFEST);
}

const [step] = process.argv.slice(2);
restore();
if (step === 'publish') {
  await build(join(ROOT, 'dist'));
  const checkout = readFileSync(MANIFEST, 'utf8');
  writeFileSync(KEPT, checkout);
  writeFileSync(MANIFEST, publishedManifest(JSON.parse(checkout) as Readonly<Record<string, unknown>>));
}
