// What a tool says goes to its caller and to the log file that its first message names.
import { appendFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { logTime, wrapMessage } from './output.ts';

export interface ToolOutput {
  readonly logFile: string;
  readonly say: (message: string) => void;
}

export function openToolOutput(logFile: string, profile: string, out: (text: string) => void): ToolOutput {
  mkdirSync(path.dirname(logFile), { recursive: true });
  const say = (message: string): void => {
    out(wrapMessage(message));
    appendFileSync(logFile, `${logTime(new Date())} 00000000 AdminTool     A   ${message}\n`);
  };
  say(`ADMU0116I: Tool information is being logged in file ${logFile}`);
  say(`ADMU0128I: Starting tool with the ${path.basename(profile)} profile`);
  return { logFile, say };
}

/** The lines with which every tool ends that did not do its work. Ids 0111E, 0113E from public logs and IBM's
 * documentation, 1211I and 0211I from memory. */
export function sayFailure({ say, logFile }: ToolOutput, exception: string, cause?: string): void {
  if (cause === undefined) say(`ADMU0111E: Program exiting with error: ${exception}`);
  else say(`ADMU0113E: Program exiting with error: ${exception}, resulting from: ${cause}`);
  say('ADMU1211I: To obtain a full trace of the failure, use the -trace option.');
  say(`ADMU0211I: Error details may be seen in the file: ${logFile}`);
}
