// What the last census of a community found, for the gate. A census that is not over, or whose file was changed, is none.
import type { CensusEvidence } from '../core/operation.ts';
import { lastFile, readRecords } from './record-file.ts';

/** Where the verbs keep and look for it, in the folder that they are called in. */
export const CENSUS_FOLDER = 'strictstep-census';

/** @throws OperatorError JOURNAL_BROKEN for a file that was changed */
export const censusIn =
  (folder: string, now: () => Date) =>
  async (community: string): Promise<CensusEvidence | undefined> => {
    const file = await lastFile(folder, community);
    const last = file === undefined ? undefined : (await readRecords(file)).at(-1);
    if (file === undefined || last?.type !== 'verdict') return undefined;
    const { verdict, reasons, legacy, to } = last;
    return { verdict, reasons, legacy, file, ageMs: now().getTime() - Date.parse(to) };
  };
