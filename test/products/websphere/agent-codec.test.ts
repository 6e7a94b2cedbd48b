import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { exposeSecret, Secret } from '../../../src/core/secret.ts';
import { agentSource } from '../../../src/products/websphere/agent-source.ts';
import {
  decodeReply,
  encodeArgument,
  encodeRequest,
  renderAgentLine,
} from '../../../src/products/websphere/agent-codec.ts';
import { runAgentLine } from './skulpt-agent.ts';

const ECHO = `
class Stub:
    def echo(self, text): return text
    def join(self, items): return '|'.join(['<' + item + '>' for item in items])
    def count(self, *items): return len(items)
    def nothing(self): return None
    def fail(self): raise RuntimeError('ADMF0004E: no')
AdminTask = Stub()
AdminConfig = Stub()
`;

const ask = async (requests: readonly string[]): Promise<readonly string[]> => {
  const output = await runAgentLine(renderAgentLine(agentSource()), ECHO, requests);
  return output.split('\n').filter((line) => line !== '');
};
const encode = (id: string, call: string, ...args: readonly (string | Secret | readonly string[])[]): string =>
  encodeRequest(id, call, args, exposeSecret);

describe('the real agent in Skulpt', () => {
  test('answers texts, lists, nothing and exceptions in the wire format', async () => {
    const lines = await ask([
      encode('1', 'AdminTask.echo', 'a [b] "c" \\ ä\u2028'),
      encode('2', 'AdminTask.join', ['x y', '', 'z']),
      encode('3', 'AdminTask.join', []),
      encode('4', 'AdminTask.join', ['']),
      encode('5', 'AdminConfig.nothing'),
      encode('6', 'AdminTask.fail'),
      encode('7', 'AdminTask.count', '', [], 'c'),
    ]);
    expect(lines[0]).toBe('@@strictstep ready 1');
    expect(lines.slice(1, -1).map(decodeReply)).toEqual([
      { id: '1', kind: 'ok', text: 'a [b] "c" \\ ä\u2028' },
      { id: '2', kind: 'ok', text: '<x y>|<>|<z>' },
      { id: '3', kind: 'ok', text: '' },
      { id: '4', kind: 'ok', text: '<>' },
      { id: '5', kind: 'ok', text: '' },
      { id: '6', kind: 'err', text: 'RuntimeError: ADMF0004E: no' },
      { id: '7', kind: 'ok', text: '3' },
    ]);
    expect(lines.at(-1)).toBe('@@strictstep bye');
  });

  test('calls nothing but AdminTask, AdminConfig and AdminControl', async () => {
    const lines = await ask(['1 sys.exit', '2 Stub.echo s0061', '3 AdminControl.queryNames s0061', '4 nonsense', '']);
    expect(lines.slice(1, -1).map((line) => decodeReply(line)?.kind)).toEqual(['err', 'err', 'err', 'err']);
    expect(decodeReply(lines[1] ?? '')?.text).toContain('no object sys');
  });

  test('gives every text back as it was sent, beyond ASCII and beyond 16 bits', async () => {
    const texts = fc.sample(fc.string({ unit: 'binary', maxLength: 20 }), 60);
    const lines = await ask(texts.map((text, index) => encode(`${index}`, 'AdminTask.echo', text)));
    expect(lines.slice(1, -1).map((line) => decodeReply(line)?.text)).toEqual(texts);
  });
});

describe('requests', () => {
  test('are one ASCII line, whatever the arguments hold', () => {
    const argument = fc.oneof(fc.string({ unit: 'binary' }), fc.array(fc.string({ unit: 'binary' })));
    fc.assert(
      fc.property(fc.array(argument), (args) => {
        expect(encode('7', 'AdminTask.x', ...args)).toMatch(/^7 AdminTask\.x(?: (?:s[0-9a-f]*|l-|l[0-9a-f,]*))*$/u);
      }),
    );
  });

  test('tell an empty list from a list with one empty text', () => {
    expect(encodeArgument([], exposeSecret)).toBe('l');
    expect(encodeArgument([''], exposeSecret)).toBe('l-');
    expect(encodeArgument(['', ''], exposeSecret)).toBe('l,');
  });

  test('expose a secret only through the function that was given', () => {
    const secret = new Secret('x', 'password');
    expect(encodeArgument(['-p', secret], () => 'y')).toBe('l002d0070,0079');
  });
});

describe('replies', () => {
  test('are found behind a prompt and other text is passed over', () => {
    expect(decodeReply('wsadmin>@@strictstep 4 ok 0061\r')).toEqual({ id: '4', kind: 'ok', text: 'a' });
    expect(decodeReply('WASX7209I: Connected to process "dmgr"')).toBeUndefined();
    expect(decodeReply('')).toBeUndefined();
  });

  test.each(['@@strictstep 4 ok 006', '@@strictstep 4 maybe 0061', '@@strictstep 4 ok 00zz', '@@strictstep bye'])(
    'of another form are refused: %s',
    (line) => {
      expect(() => decodeReply(line)).toThrow(expect.objectContaining({ code: 'REMOTE_REPLY' }));
    },
  );
});

test('the agent goes over as one line that a Python reads back without comments', () => {
  const line = renderAgentLine('# note\nx = "a\\n"\n\nif x:\n    # why\n    y = 1\n');
  expect(line).toBe('exec("x = \\"a\\\\n\\"\\nif x:\\n    y = 1\\n")');
  expect(renderAgentLine(agentSource())).not.toContain('\n');
});
