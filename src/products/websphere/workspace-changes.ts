// What AdminConfig.queryChanges answers: the documents of this session's workspace that are not saved yet.
// WASX7146I and WASX7241I: IBM WebSphere messages; texts seen in public scripts.

/** WebSphere writes cells/c1|security.xml; strictstep writes paths: cells/c1/security.xml */
export const documentPath = (document: string): string => document.trim().replaceAll('|', '/');

/** Undefined for an answer of another form: it must not be taken for "no changes". */
export function parseWorkspaceChanges(text: string): readonly string[] | undefined {
  const [heading = '', ...documents] = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  if (heading.includes('WASX7241I')) return [];
  const isDocuments = documents.length > 0 && documents.every((line) => /^\s*\S.*[|/]\S+\s*$/u.test(line));
  return heading.includes('WASX7146I') && isDocuments ? documents.map(documentPath) : undefined;
}
