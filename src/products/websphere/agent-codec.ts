// The lines between strictstep and templates/wsadmin/agent.py: texts travel as hexadecimal UTF-16 units, so no quoting
// rule of Jython or of the console's code page can change them.
import { OperatorError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import type { WsadminArgument } from '../../core/wsadmin.ts';

const MARKER = '@@strictstep ';
export const AGENT_READY = `${MARKER}ready 1`;
export const AGENT_QUIT = 'quit';

export type AgentReply = { readonly id: string; readonly kind: 'ok' | 'err'; readonly text: string };

const encodeText = (text: string): string =>
  Array.from({ length: text.length }, (_, index) => text.charCodeAt(index).toString(16).padStart(4, '0')).join('');

const decodeText = (digits: string): string =>
  (digits.match(/.{4}/gu) ?? []).map((unit) => String.fromCharCode(Number.parseInt(unit, 16))).join('');

const isList = (argument: WsadminArgument): argument is readonly (string | Secret)[] => Array.isArray(argument);

/** @param expose given by the composition: only the transport may expose a secret */
export function encodeArgument(argument: WsadminArgument, expose: (secret: Secret) => string): string {
  const plain = (item: string | Secret): string => encodeText(typeof item === 'string' ? item : expose(item));
  if (!isList(argument)) return `s${plain(argument)}`;
  const items = argument.map(plain);
  return items.length === 1 && items[0] === '' ? 'l-' : `l${items.join(',')}`;
}

/** One request line without its line end. */
export const encodeRequest = (
  id: string,
  call: string,
  args: readonly WsadminArgument[],
  expose: (secret: Secret) => string,
): string => [id, call, ...args.map((argument) => encodeArgument(argument, expose))].join(' ');

/** Undefined for a line that is not from the agent: wsadmin prints its prompt and its own messages in between.
 * @throws OperatorError REMOTE_REPLY for a marked line of another form */
export function decodeReply(line: string): AgentReply | undefined {
  const start = line.indexOf(MARKER);
  if (start === -1) return undefined;
  const found = /^(?<id>\S+) (?<kind>ok|err) ?(?<digits>(?:[0-9a-f]{4})*)$/u.exec(
    line.slice(start + MARKER.length).trimEnd(),
  )?.groups;
  const kind = found?.['kind'];
  if (found === undefined || (kind !== 'ok' && kind !== 'err')) {
    throw new OperatorError(
      'REMOTE_REPLY',
      `the wsadmin agent printed a line of an unknown form: ${line.slice(0, 80)}`,
      {
        hint: 'Check that only one strictstep uses this session and that the line is not cut by the remote side.',
      },
    );
  }
  return { id: found['id'] ?? '', kind, text: decodeText(found['digits'] ?? '') };
}

/** The one line that starts the agent inside wsadmin: its source as a Python text. Whole-line comments are left out. */
export function renderAgentLine(source: string): string {
  const body = source
    .split(/\r?\n/u)
    .filter((line) => !/^\s*(?:#.*)?$/u.test(line))
    .join('\n');
  const escaped = body.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
  return `exec("${escaped}\\n")`;
}
