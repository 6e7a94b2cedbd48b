// XMPP streams as seen from outside, at whatever address: features in the clear, and a ping of somebody who is logged in.
import { once } from 'node:events';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { ChatUser } from '../../src/lab/sun-im/chat.ts';
import { openClient } from '../../src/lab/sun-im/client.ts';
import type { Place } from '../../src/lab/sun-im/settings.ts';
import { parseFeatures } from '../../src/products/sun-im/stream-features.ts';

/** Features in the clear, read by the product's room. */
export async function featuresFrom({ address, port }: Place, domain: string, kind: 'client' | 'server') {
  const socket = connect(port, address);
  const extra = kind === 'server' ? ` from='strictstep.invalid'` : '';
  socket.write(
    `<stream:stream xmlns='jabber:${kind}' xmlns:stream='http://etherx.jabber.org/streams' to='${domain}'${extra} version='1.0'>`,
  );
  const text = await readUntil(socket, (said) => parseFeatures(said) !== undefined);
  return { socket, features: parseFeatures(text) };
}

export async function readUntil(socket: Socket, holds: (text: string) => boolean): Promise<string> {
  let text = '';
  for (;;) {
    const piece = await Promise.race([once(socket, 'data'), once(socket, 'close').then(() => undefined)]);
    if (piece === undefined) return text;
    text += String(piece[0]);
    if (holds(text)) return text;
  }
}

/** Whether a ping of that user comes back from the other domain, and how the user got in. */
export async function pingFrom(user: ChatUser, domain: string) {
  const { signal } = new AbortController();
  const client = await openClient({ ...user, signal });
  const { promise, resolve } = Promise.withResolvers<string>();
  void client.serve(({ attributes }) => {
    if (attributes['id'] === 'p1') resolve(`${attributes['type']} of ${attributes['from']}`);
  });
  client.send(`<iq type='get' id='p1' to='${domain}'><ping xmlns='urn:xmpp:ping'/></iq>`);
  const timer = setTimeout(() => resolve('silence'), 1500);
  const answer = await promise;
  clearTimeout(timer);
  client.close();
  return { answer, secure: client.secure };
}
