// An in-memory wsadmin.sh behind a ReadShell: what it prints at first and after each line it is sent is given by the test.
import { OperatorError } from '../../../src/core/errors.ts';
import { exposeSecret, Secret } from '../../../src/core/secret.ts';
import type { Command, ReadShell, Session, Stdin } from '../../../src/core/shell.ts';

export type ScriptedWsadmin = {
  readonly shell: ReadShell;
  readonly argv: string[][];
  /** lines in the order they came */
  readonly sent: string[];
  readonly isEnded: () => boolean;
};

const unused = (): never => {
  throw new Error('not part of this test');
};

/** @param answer output after a line; undefined: wsadmin ends */
export function makeScriptedWsadmin(greeting: string, answer: (line: string) => string | undefined): ScriptedWsadmin {
  let output = greeting;
  let isEnded = false;
  let input = '';
  const argv: string[][] = [];
  const sent: string[] = [];
  const timeout = (): OperatorError => new OperatorError('COMMAND_TIMEOUT', `waiting behind: ${output}`);
  const session: Session = {
    send: (parts: Stdin) => {
      if (isEnded) return Promise.reject(new OperatorError('OUTCOME_UNKNOWN', 'gone'));
      input += parts.map((part) => (part instanceof Secret ? exposeSecret(part) : part.toString())).join('');
      const lines = input.split('\n');
      input = lines.pop() ?? '';
      for (const line of lines) {
        sent.push(line);
        const text = answer(line);
        if (text === undefined) isEnded = true;
        output += text ?? '';
      }
      return Promise.resolve();
    },
    line: () => {
      const end = output.indexOf('\n');
      if (end === -1 && !isEnded) return Promise.reject(timeout());
      const line = end === -1 ? output : output.slice(0, end);
      const isAtEnd = output === '';
      output = end === -1 ? '' : output.slice(end + 1);
      return Promise.resolve(isAtEnd ? undefined : line);
    },
    text: (until) => {
      const ends = until
        .map((text) => output.indexOf(text) + text.length)
        .filter((end, index) => end >= (until[index] ?? '').length);
      if (ends.length === 0)
        return Promise.reject(isEnded ? new OperatorError('REMOTE_REPLY', `ended with ${output}`) : timeout());
      const end = Math.min(...ends);
      const found = output.slice(0, end);
      output = output.slice(end);
      return Promise.resolve(found);
    },
    [Symbol.asyncDispose]: () => {
      isEnded = true;
      return Promise.resolve();
    },
  };
  const open = (command: Omit<Command, 'stdin'>): Promise<Session> => {
    argv.push([...command.argv]);
    return Promise.resolve(session);
  };
  const shell: ReadShell = { host: 'dm', query: unused, open, readFile: unused, fileFacts: unused };
  return { shell, argv, sent, isEnded: () => isEnded };
}

const hex = (text: string): string =>
  text.replaceAll(/[^]/gu, (unit) => unit.charCodeAt(0).toString(16).padStart(4, '0'));
const unhex = (digits: string): string =>
  digits.replaceAll(/.{4}/gu, (unit) => String.fromCharCode(Number.parseInt(unit, 16)));

export type Answer = { readonly ok: string } | { readonly error: string };

/** Answers the line that starts the agent and every request, as the agent does, with a prompt in front. */
export const answerAsAgent =
  (reply: (call: string, args: readonly string[]) => Answer) =>
  (line: string): string | undefined => {
    if (line.startsWith('exec(')) return '@@strictstep ready 1\n';
    if (line === 'quit') return '@@strictstep bye\nwsadmin>';
    const [id = '', call = '', ...words] = line.split(' ');
    const args = words.flatMap((word) => word.slice(1).split(',').map(unhex));
    const answer = reply(call, args);
    return 'ok' in answer
      ? `wsadmin>@@strictstep ${id} ok ${hex(answer.ok)}\n`
      : `@@strictstep ${id} err ${hex(answer.error)}\n`;
  };
