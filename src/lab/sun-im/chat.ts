// Two users who chat (chat-numbers.ts) over XMPP: numbers go as messages, and receipts too.
import { makeChat, openChatEnd } from '../chat-numbers.ts';
import type { Chat, ChatEnd } from '../chat-numbers.ts';
import { keepClient, message } from './client.ts';
import type { ClientParts } from './client.ts';
import { childNamed } from './stanza.ts';

export type ChatUser = Omit<ClientParts, 'signal'>;

export const openXmppChat = (a: ChatUser, b: ChatUser, retryMs = 100): Chat =>
  makeChat(openUser(a, b, retryMs), openUser(b, a, retryMs));

function openUser(self: ChatUser, partner: ChatUser, retryMs: number): ChatEnd {
  const to = `${partner.user}@${partner.domain}`;
  const end = openChatEnd(`${self.user}@${self.domain}`, (what, number) =>
    kept.now()?.send(message(to, `${what} ${number}`)),
  );
  const kept = keepClient(
    () => self,
    retryMs,
    (stanza) => {
      const body = childNamed(stanza, 'body')?.text ?? '';
      const [, what, digits] = /^(message|receipt) (\d+)$/.exec(body) ?? [];
      if (stanza.name !== 'message' || (what !== 'message' && what !== 'receipt')) return;
      if (stanza.attributes['type'] !== 'error') end.take(what, Number(digits));
    },
  );
  return {
    ...end,
    close: () => {
      end.close();
      kept.end();
    },
  };
}
