// Whether what speaks TLS on a port speaks VP inside: a web server refuses the plaintext VP handshake like a strict Sametime
// port, and answers in its own words once TLS is done. Nothing is verified here: this reads, it does not trust.
import { connect as connectPlain } from 'node:net';
import { connect } from 'node:tls';
import type { HelloTarget } from './converse.ts';
import { EVERYTHING } from './finish-handshake.ts';
import { HANDSHAKES, NOT_VP, readVpAnswer } from './probe-vp.ts';

/** other: it answered, and not with a VP message; unknown: no answer, or no handshake without a client certificate */
export type Inside = 'vp' | 'other' | 'unknown';

/** One connection; never throws. */
export async function probeVpInside(target: HelloTarget): Promise<Inside> {
  const { gate } = target;
  if (gate === undefined) return askInside(target);
  if (!(await gate.enter())) return 'unknown';
  try {
    return await askInside(target);
  } finally {
    gate.leave();
  }
}

function askInside({ host, port, timeoutMs }: HelloTarget): Promise<Inside> {
  return new Promise((resolve) => {
    const plain = connectPlain({ host, port, noDelay: true });
    const end = (inside: Inside): void => {
      clearTimeout(timer);
      plain.destroy();
      resolve(inside);
    };
    const timer = setTimeout(() => end('unknown'), timeoutMs);
    plain.once('error', () => end('unknown'));
    plain.once('connect', () => {
      const socket = connect({ socket: plain, ...EVERYTHING });
      let received = Buffer.alloc(0);
      socket.once('secureConnect', () => socket.write(HANDSHAKES[0] ?? ''));
      socket.on('data', (bytes: Buffer) => {
        received = Buffer.concat([received, bytes]);
        const answer = readVpAnswer(received);
        if (answer?.verdict === 'accepted') end('vp');
        else if (answer !== undefined) end(answer.detail === NOT_VP ? 'other' : 'unknown');
      });
      socket.once('close', () => end('unknown'));
      socket.on('error', () => end('unknown'));
    });
  });
}
