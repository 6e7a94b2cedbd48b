// Where messages between two users go: a user has a home server; what is sent to the user goes from the sender's multiplexer
// to the sender's home server, to the receiver's home server, to the multiplexer the receiver is at. A packet that cannot go
// on comes back to its sender as an error; nothing is kept on the way.
import type { JsonObject } from '../../core/json.ts';
import { textOf } from '../json-lines.ts';

export type Post = { send(message: JsonObject): void };

export type SwitchboardParts = {
  readonly name: string;
  /** session to the server of that name, when it is up */
  readonly serverNamed: (name: string) => Post | undefined;
};

export interface Switchboard {
  /** a user is here: at the own client port, or at a multiplexer */
  attach(user: string, at: Post, home?: string): void;
  detach(user: string, at: Post): void;
  /** everybody who was at it is gone */
  detachAll(at: Post): void;
  /** whose home that server is, as they said when they came */
  usersOf(home: string): readonly string[];
  route(packet: JsonObject): void;
}

export function makeSwitchboard({ name, serverNamed }: SwitchboardParts): Switchboard {
  const places = new Map<string, { readonly at: Post; readonly home: string }>();
  const route = (packet: JsonObject): void => {
    const [to, toHome] = [textOf(packet, 'to'), textOf(packet, 'toHome')];
    const next = places.get(to)?.at ?? (toHome === name ? undefined : serverNamed(toHome));
    if (next !== undefined) next.send(packet);
    else if (packet['error'] === undefined) route(errorFor(packet));
  };
  return {
    attach: (user, at, home = '') => void places.set(user, { at, home }),
    detach: (user, at) => {
      if (places.get(user)?.at === at) places.delete(user);
    },
    detachAll: (at) => {
      for (const [user, place] of places) if (place.at === at) places.delete(user);
    },
    usersOf: (home) => [...places].flatMap(([user, place]) => (place.home === home ? [user] : [])),
    route,
  };
}

export const errorFor = (packet: JsonObject): JsonObject => ({
  op: 'packet',
  error: `${textOf(packet, 'to')} cannot be reached`,
  to: textOf(packet, 'from'),
  toHome: textOf(packet, 'fromHome'),
  number: packet['number'] ?? 0,
});
