// What a node agent does besides answering: it keeps overlay connections (XDA) to the deployment manager and to every
// running server of its node. A peer that is not there does not count; three rounds in a row with a peer that is there but
// with which no TLS comes about end the node agent. This mechanic is ours, not verified on real WebSphere.
import type { TLSSocket } from 'node:tls';
import { isTlsFailure } from '../tls-client.ts';
import type { SystemOut } from './system-out.ts';
import { outboundInForce, overlaySettings } from './tls-settings.ts';
import type { Security } from './tls-settings.ts';
import { callOut } from './web-services.ts';

export type OverlayPeer = { readonly name: string; readonly port: number; readonly host?: string };

export type OverlayParts = {
  readonly started: Security;
  readonly path: { readonly cell: string; readonly node: string; readonly server: string };
  readonly peers: () => readonly OverlayPeer[];
  readonly everyMs: number;
  readonly log: SystemOut;
  /** ends the node agent; its watchdog starts it again */
  readonly giveUp: () => void;
};

const FAILURES_TO_END = 3;

/** A listener that needs a client certificate may find only after the handshake that it does not take the one it got. */
async function answered(socket: TLSSocket): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  socket.once('data', () => resolve());
  socket.once('close', () => reject(new Error('javax.net.ssl.SSLException: the connection was closed by the peer')));
  socket.write('ping\n');
  await promise;
}

/** Gives a function that ends the rounds. */
export function keepOverlay({ started, path, peers, everyMs, log, giveUp }: OverlayParts): () => void {
  const open = new Map<string, TLSSocket>();
  let failures = 0;
  let isEnded = false;
  let timer: NodeJS.Timeout | undefined;

  const dial = async ({ name, port, host }: OverlayPeer): Promise<boolean> => {
    const socket = open.get(name);
    if (socket !== undefined && !socket.destroyed) {
      socket.write('ping\n');
      return true;
    }
    try {
      const security = await outboundInForce(started, path.cell);
      const dialled = await callOut(security, overlaySettings(security, path), port, host);
      await answered(dialled);
      dialled.resume();
      if (isEnded) dialled.destroy();
      else open.set(name, dialled);
      return true;
    } catch (error) {
      // The peer may have gone while the call was made: a peer that is not there does not count.
      const isAway = isTlsFailure(error) && error.kind === 'refused';
      if (isEnded || isAway || !peers().some((peer) => peer.name === name)) return true;
      log(
        'W',
        'OverlayConn',
        `overlay connection to ${name} could not be made: ${error instanceof Error ? error.message : String(error)}`,
      );
      return false;
    }
  };

  const round = async (): Promise<void> => {
    const results = await Promise.all(peers().map(dial));
    if (isEnded) return;
    failures = results.every(Boolean) ? 0 : failures + 1;
    if (failures < FAILURES_TO_END) {
      timer = setTimeout(() => void round(), everyMs);
      return;
    }
    log(
      'E',
      'OverlayConn',
      `the overlay network could not be joined ${FAILURES_TO_END} times in a row: the node agent ends`,
    );
    giveUp();
  };

  timer = setTimeout(() => void round(), everyMs);
  return () => {
    isEnded = true;
    clearTimeout(timer);
    for (const socket of open.values()) socket.destroy();
  };
}
