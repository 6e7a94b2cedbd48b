// A command that is talked to: lines, prompts without a line end, and its ends.
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { Command, Session } from '../../src/core/shell.ts';
import { openHost } from '../../src/transport/index.ts';
import { makeUnreadText } from '../../src/transport/unread-text.ts';
import { openSshServer } from '../helpers/ssh-server.ts';
import type { SshServer, SshServerOptions } from '../helpers/ssh-server.ts';

type Talk = AsyncDisposable & { readonly server: SshServer; readonly session: Session };

async function talkTo(text: string, rest: Partial<Command> = {}, options: SshServerOptions = {}): Promise<Talk> {
  const server = await openSshServer(options);
  const host = await openHost(server.entry, { connectTimeoutMs: 5000 });
  const session = await host.reader.open({ argv: ['sh', '-c', text], timeoutMs: 5000, ...rest });
  return {
    server,
    session,
    async [Symbol.asyncDispose]() {
      await session[Symbol.asyncDispose]();
      await host.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

describe('a session', () => {
  test('gives line by line, without line ends, and then the end', async () => {
    await using talk = await talkTo(String.raw`printf 'one\r\n\ntwo\nlast'`);
    const { session } = talk;
    const lines = [];
    for (let line = await session.line(5000); line !== undefined; line = await session.line(5000)) lines.push(line);
    expect(lines).toEqual(['one', '', 'two', 'last']);
    expect(await session.line(5000)).toBeUndefined();
  });

  test('answers prompts that have no line end, in the order in which they come', async () => {
    await using talk = await talkTo(
      'echo Realm; printf "Username: "; read u; printf "Password: "; read p; echo "in as $u ${#p}"; read x; echo "got $x"',
    );
    const { session } = talk;
    expect(await session.text(['wsadmin>', 'Username: '], 5000)).toBe('Realm\nUsername: ');
    await session.send(['wasadmin\n']);
    expect(await session.text(['Password: '], 5000)).toBe('Password: ');
    await session.send([new Secret('four', 'password'), '\n']);
    expect(await session.line(5000)).toBe('in as wasadmin 4');
    await session.send(['more\n']);
    expect(await session.line(5000)).toBe('got more');
    expect(talk.server.commands.join('\n')).not.toContain('four');
  });

  test('shows a question in the message of its time limit, keeps it for the next read, and hides secrets', async () => {
    await using talk = await talkTo('read x; printf "no $x. Add signer? "; read y; echo thanks');
    const { session } = talk;
    await session.send([new Secret('Kennwort-17\n', 'password')]);
    await session.send([new Secret('Kennwort-17', 'password')]);
    const error: unknown = await session.line(300).catch((cause: unknown) => cause);
    expect(error).toMatchObject({ code: 'COMMAND_TIMEOUT' });
    expect(String(error)).toContain('"no [secret]. Add signer? "');
    expect(await session.text(['? '], 5000)).toBe('no Kennwort-17. Add signer? ');
    await session.send(['\n']);
    expect(await session.line(5000)).toBe('thanks');
  });

  test('ends at a prompt that nobody may answer, whichever call waits or comes next', async () => {
    const prompts = { '(y/n)': 'SIGNER_PROMPT' } as const;
    await using talk = await talkTo('echo hello; read x; printf "add? (y/n) " >&2; read y', { prompts });
    const { session } = talk;
    expect(await session.line(5000)).toBe('hello');
    await session.send(['go on\n']);
    await expect(session.line(5000)).rejects.toMatchObject({ code: 'SIGNER_PROMPT' });
    await expect(session.send(['y\n'])).rejects.toMatchObject({ code: 'SIGNER_PROMPT' });
    await expect(session.text(['x'], 5000)).rejects.toMatchObject({ code: 'SIGNER_PROMPT' });
  });

  test('that ends before the text waited for says what it said last', async () => {
    await using talk = await talkTo('echo "WASX7023E: no connection"; exit 105');
    await expect(talk.session.text(['wsadmin>'], 5000)).rejects.toMatchObject({
      code: 'REMOTE_REPLY',
      message: expect.stringContaining('WASX7023E'),
    });
  });

  test('that was killed has no end of file: its outcome is unknown', async () => {
    await using talk = await talkTo('echo one; kill -9 $$');
    expect(await talk.session.line(5000)).toBe('one');
    await expect(talk.session.line(5000)).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
    await expect(talk.session.send(['save\n'])).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  test('whose link is lost ends the read that waits', async () => {
    await using talk = await talkTo('echo ready; cat');
    expect(await talk.session.line(5000)).toBe('ready');
    const waiting = talk.session.line(5000);
    talk.server.dropLinks();
    await expect(waiting).rejects.toMatchObject({ code: 'OUTCOME_UNKNOWN' });
  });

  test('holds a fast program back and loses nothing', async () => {
    await using talk = await talkTo(`awk 'BEGIN { for (i = 0; i < 400000; i++) print "line number", i }'; echo end`);
    const { session } = talk;
    let count = 0;
    for (let line = await session.line(5000); line !== 'end'; line = await session.line(5000)) {
      if (line !== `line number ${count}`) throw new Error(`${line} at ${count}`);
      count += 1;
    }
    expect(count).toBe(400_000);
  });

  test('takes a line of 3 MB in both directions', async () => {
    await using talk = await talkTo('exec cat');
    const line = 'x'.repeat(3_000_000);
    await talk.session.send([line, '\n']);
    expect((await talk.session.line(5000)) === line).toBe(true);
  });

  test('gets the end of its input when it is disposed, and may finish', async () => {
    await using server = await openSshServer();
    await using host = await openHost(server.entry, { connectTimeoutMs: 5000 });
    {
      await using session = await host.reader.open({ argv: ['sh', '-c', 'cat; echo done > mark'], timeoutMs: 5000 });
      await session.send(['x\n']);
      expect(await session.line(5000)).toBe('x');
    }
    const { stdout } = await host.reader.query({ argv: ['cat', 'mark'], timeoutMs: 5000 });
    expect(stdout).toBe('done\n');
  });

  test('beyond the third waits for a place and is not started once its time is over', async () => {
    await using server = await openSshServer();
    await using host = await openHost(server.entry, { connectTimeoutMs: 5000 });
    const open = (name: string, timeoutMs: number) =>
      host.reader.open({ argv: ['sh', '-c', `echo ${name}; exec cat`], timeoutMs });
    await using second = await open('second', 5000);
    await using third = await open('third', 5000);
    {
      await using first = await open('first', 5000);
      await expect(open('late', 100)).rejects.toMatchObject({ code: 'COMMAND_TIMEOUT' });
      expect(await first.line(5000)).toBe('first');
    }
    await using fourth = await open('fourth', 5000);
    expect(await Promise.all([second, third, fourth].map((session) => session.line(5000)))).toEqual([
      'second',
      'third',
      'fourth',
    ]);
    expect(server.commands.join('\n')).not.toContain('late');
  });
});

test('unread text gives the same lines however it was cut', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ unit: fc.constantFrom('a', '\n', '>', 'w') })), (pieces) => {
      const unread = makeUnreadText();
      const search = unread.search(['\n', 'w>']);
      const found: string[] = [];
      let current = search;
      for (const piece of pieces) {
        unread.push(piece);
        for (let text = current(); text !== undefined; text = current()) {
          found.push(text);
          current = unread.search(['\n', 'w>']);
        }
      }
      const whole = pieces.join('');
      expect([...found, unread.takeAll()].join('')).toBe(whole);
      expect(found).toEqual(whole.match(/[^]*?(?:\n|w>)/g) ?? []);
    }),
  );
});
