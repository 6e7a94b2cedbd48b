// What AdminConfig.queryChanges answers: the documents of this session's workspace that are not saved yet.
// WASX7146I and WASX7241I: IBM WebSphere messages; texts seen in public scripts.
import { OperatorError } from '../../core/errors.ts';

/** WebSphere writes cells/c1|security.xml; strictstep writes paths: cells/c1/security.xml */
export const documentPath = (document: string): string => document.trim().replaceAll('|', '/');

/** @throws OperatorError REMOTE_REPLY for an answer of another form: it must not be taken for "no changes" */
export function parseWorkspaceChanges(text: string): readonly string[] {
  const [heading = '', ...documents] = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  if (heading.includes('WASX7241I')) return [];
  const isDocuments = documents.length > 0 && documents.every((line) => /^\s*\S.*[|/]\S+\s*$/u.test(line));
  if (heading.includes('WASX7146I') && isDocuments) return documents.map(documentPath);
  throw new OperatorError(
    'REMOTE_REPLY',
    `AdminConfig.queryChanges answered in an unknown form: ${text.slice(0, 160)}`,
    {
      hint: 'Nothing was saved, because the documents that would be saved could not be read.',
    },
  );
}
