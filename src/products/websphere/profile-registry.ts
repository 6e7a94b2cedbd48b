// profileRegistry.xml of an installation -> the profiles that it knows. Source: IBM WebSphere 8.5.5, "manageprofiles";
// the form is that of files seen in public repositories, not verified on real WebSphere.
import type { TextSource } from './text-source.ts';
import { parseXml } from './xml-document.ts';

export type RegisteredProfile = {
  readonly name: string;
  /** with slashes, also on Windows */
  readonly path: string;
};

/** @throws OperatorError REMOTE_REPLY */
export const parseProfileRegistry = (text: string, source: TextSource): readonly RegisteredProfile[] =>
  parseXml(text, 'profiles', source)
    .children.filter(({ name }) => name === 'profile')
    .flatMap(({ attributes }) => {
      const { name = '', path = '' } = attributes;
      return path === '' ? [] : [{ name, path: path.replaceAll('\\', '/').replace(/\/+$/u, '') }];
    });
