// What AdminConfig.queryChanges answers: the documents of this session's workspace that are not saved yet.
// WASX7146I and WASX7241I: IBM WebSphere messages; texts seen in public scripts.
import { OperatorError } from '../../core/errors.ts';

/** WebSphere writes cells/c1|security.xml; strictstep writes paths: cells/c1/security.xml */
export const documentPath = (document: string): string => document.trim().replaceAll('|', '/');

/** @throws OperatorError REMOTE_REPLY */
export function parseWorkspaceChanges(text: string): readonly string[] {
  const [heading, ...documents] = text.split(/\r?\n/u).filter((line) => line.trim() !== '');
  if (heading?.includes('WASX7241I') === true) return [];
  if (
    heading?.includes('WASX7146I') !== true ||
    documents.length === 0 ||
    !documents.every((line) => /^\s*\S.*[|/]\S+\s*$/u.test(line))
  ) {
    throw new OperatorError('REMOTE_REPLY', `AdminConfig.queryChanges answered: ${text.slice(0, 160)}`, {
      hint: 'The unsaved documents could not be read, so nothing was saved.',
    });
  }
  return documents.map(documentPath);
}
