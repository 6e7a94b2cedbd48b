// What is said in the clear on a connection before its TLS begins.
import type { Socket } from 'node:net';

export type PreludeStep =
  | { readonly kind: 'waiting' }
  /** says this, and forgets what was received so far */
  | { readonly kind: 'say'; readonly text: string }
  | { readonly kind: 'ready' }
  | { readonly kind: 'refused'; readonly detail: string };

export type Prelude = {
  readonly opening: string;
  /** @param turn how often `say` was answered already */
  readonly read: (received: string, turn: number) => PreludeStep;
};

const MAX_PRELUDE = 2 ** 14;

/** Reads until TLS may begin; `done` gets what stopped it, or undefined. The caller watches time, end and errors. */
export function passPrelude(socket: Socket, prelude: Prelude, done: (fault: string | undefined) => void): void {
  let received = '';
  let turn = 0;
  const finish = (fault: string | undefined): void => {
    socket.off('data', onData);
    done(fault);
  };
  const onData = (chunk: Buffer): void => {
    received += chunk.toString('latin1');
    const step = prelude.read(received, turn);
    if (step.kind === 'say') {
      turn += 1;
      received = '';
      socket.write(step.text);
    } else if (step.kind === 'ready') finish(undefined);
    else if (step.kind === 'refused') finish(step.detail);
    else if (received.length > MAX_PRELUDE) finish('an endless answer before TLS');
  };
  socket.on('data', onData);
  socket.write(prelude.opening);
}
