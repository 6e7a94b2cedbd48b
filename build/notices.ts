// Licence texts of the packages whose code is in dist/: all of these licences ask that they go along.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of the packages that these modules are from. */
export function packagesOf(modules: readonly string[]): readonly string[] {
  const folders = modules.flatMap(
    (id) => /^.*\/node_modules\/(?:@[^/]+\/)?[^/]+/.exec(id.replace(/^\0/, ''))?.[0] ?? [],
  );
  return [...new Set(folders)].toSorted();
}

export const renderNotices = (folders: readonly string[]): string =>
  ['strictstep contains code of these packages, under the licences that follow.', ...folders.map(renderNotice)].join(
    `\n\n${'-'.repeat(72)}\n\n`,
  );

function renderNotice(folder: string): string {
  const manifest: unknown = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));
  const { name, version, license } = manifest as Readonly<Record<'name' | 'version' | 'license', string>>;
  const file = readdirSync(folder).find((entry) => /^(licen[cs]e|copying)/i.test(entry));
  if (file === undefined) return `${name} ${version} (${license}; the package comes without the text of its licence)`;
  return `${name} ${version} (${license})\n\n${readFileSync(join(folder, file), 'utf8').trim()}\n`;
}
