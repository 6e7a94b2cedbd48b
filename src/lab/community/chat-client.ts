// Two users of the community who chat (chat-numbers.ts): each stays logged in to a client port.
import { readFileSync } from 'node:fs';
import type { JsonObject } from '../../core/json.ts';
import { makeChat, openChatEnd } from '../chat-numbers.ts';
import type { Chat, ChatEnd } from '../chat-numbers.ts';
import { textOf } from '../json-lines.ts';
import { keepSession } from './keep-session.ts';
import { callerTls } from './program-settings.ts';
import { openSession } from './session.ts';
import type { CommunitySite } from './site.ts';
import { clientPort, memberNamed, rootsFile } from './site.ts';
import { makeSocketTable } from '../sockets.ts';

export type ChatUserSpec = {
  readonly name: string;
  /** member whose client port is called */
  readonly at: string;
  readonly home: string;
  readonly address: string;
  /** legacy; tls, without it where there is none; tls-only */
  readonly type: 'legacy' | 'tls' | 'tls-only';
};

export const openChat = (site: CommunitySite, a: ChatUserSpec, b: ChatUserSpec, retryMs = 100): Chat =>
  makeChat(openUser(site, a, b, retryMs), openUser(site, b, a, retryMs));

function openUser(site: CommunitySite, self: ChatUserSpec, partner: ChatUserSpec, retryMs: number): ChatEnd {
  const member = memberNamed(site, self.at);
  const tls = self.type === 'legacy' ? undefined : callerTls(readFileSync(rootsFile(site), 'utf8'));
  const end = openChatEnd(self.name, (what, number) =>
    kept.session()?.send({
      op: 'packet',
      from: self.name,
      fromHome: self.home,
      to: partner.name,
      toHome: partner.home,
      what,
      number,
    }),
  );
  const take = (message: JsonObject): void => {
    const { number } = message;
    if (typeof number !== 'number' || message['error'] !== undefined) return;
    end.take(textOf(message, 'what') === 'receipt' ? 'receipt' : 'message', number);
  };
  const kept = keepSession({
    target: () => ({
      from: self.address,
      address: member.address,
      port: clientPort(site, member),
      tls,
      clear: self.type !== 'tls-only',
      sockets: makeSocketTable(),
    }),
    login: (link, closed) =>
      openSession(link, { identity: { kind: 'client', name: self.name, home: self.home }, message: take, closed }),
    retryMs,
    onUp: () => undefined,
    onDown: () => undefined,
    onFailure: () => undefined,
  });
  return {
    ...end,
    close: () => {
      end.close();
      kept.end();
    },
  };
}
