// An AdminTask call as data: the same value is executed and shown to people. Options always travel as a Jython list, since
// the text form of WebSphere breaks on blanks and brackets inside values.
import type { Call } from '../core/operation.ts';
import { Secret } from '../core/secret.ts';
import type { WsadminReader, WsadminWriter } from '../core/wsadmin.ts';

export type AdminTaskCall = {
  readonly task: string;
  readonly options: Readonly<Record<string, string | Secret>>;
};

const wordsOf = ({ options }: AdminTaskCall): readonly (string | Secret)[] =>
  Object.entries(options).flatMap(([name, value]) => [`-${name}`, value]);

export const queryTask = (wsadmin: WsadminReader, call: AdminTaskCall): Promise<string> =>
  wsadmin.query(`AdminTask.${call.task}`, ...argumentsOf(call));

export const changeTask = (wsadmin: WsadminWriter, call: AdminTaskCall): Promise<string> =>
  wsadmin.change(`AdminTask.${call.task}`, ...argumentsOf(call));

/** A command without options takes no argument at all. */
function argumentsOf(call: AdminTaskCall): readonly (readonly (string | Secret)[])[] {
  const words = wordsOf(call);
  return words.length === 0 ? [] : [words];
}

/** As a person would type it at the wsadmin prompt. */
export function renderTask(call: AdminTaskCall): Call {
  const words = wordsOf(call).map((word) => (word instanceof Secret ? `'[secret]'` : pythonText(word)));
  return { tool: 'wsadmin', text: `AdminTask.${call.task}(${words.length === 0 ? '' : `[${words.join(', ')}]`})` };
}

const pythonText = (text: string): string =>
  `'${text
    .replaceAll('\\', '\\\\')
    .replaceAll("'", String.raw`\'`)
    .replaceAll('\n', String.raw`\n`)}'`;

export const SAVE: Call = { tool: 'wsadmin', text: 'AdminConfig.save()' };

/** Makes changes in the workspace and saves them together; any error discards the workspace first.
 * @param documents what may be saved; anything else is refused */
export async function saveChanges(
  wsadmin: WsadminWriter,
  documents: readonly string[],
  change: () => Promise<void>,
): Promise<void> {
  try {
    await change();
    await wsadmin.save(documents);
  } catch (error) {
    // A session that was lost has no workspace left; the first error is the one to tell.
    await wsadmin.reset().catch(() => undefined);
    throw error;
  }
}
