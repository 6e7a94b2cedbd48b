// A network between a run and a host that a test can damage: cut, reset, silent, slow. What a silent network holds is
// delivered when it heals, unless the sender has reset its connection meanwhile: then the kernel has dropped it.
import { connect, createServer } from 'node:net';
import type { Socket } from 'node:net';

export interface FaultProxy extends AsyncDisposable {
  readonly port: number;
  /** closes what is connected, in an orderly way */
  cut(): void;
  /** resets what is connected */
  reset(): void;
  /** nothing arrives any more in either direction, and nobody is told */
  stall(): void;
  /** every piece takes this long */
  slow(ms: number): void;
  /** ends stall and slow; what was held is delivered */
  heal(): void;
  /** no connection is left */
  ended(): boolean;
}

type Pair = { readonly near: Socket; readonly far: Socket };

export async function openFaultProxy(to: number): Promise<FaultProxy> {
  const pairs = new Set<Pair>();
  let isSilent = false;
  let delayMs = 0;
  const server = createServer({ noDelay: true }, (near) => {
    const far = connect({ port: to, host: '127.0.0.1', noDelay: true });
    const pair = { near, far };
    pairs.add(pair);
    pass(near, far);
    pass(far, near);
    near.on('close', () => pairs.delete(pair));
    // A paused socket does not tell that its peer is gone; a connection attempt meets silence, too.
    if (isSilent) for (const end of [near, far]) end.pause();
  });

  /** While the network is silent the far end learns nothing of the near one's end. */
  const pass = (from: Socket, into: Socket): void => {
    from.on('data', (bytes) => {
      if (delayMs === 0) into.write(bytes);
      else setTimeout(() => into.write(bytes), delayMs);
    });
    from.on('end', () => {
      setTimeout(() => into.end(), delayMs);
    });
    from.on('error', () => into.resetAndDestroy());
    from.on('close', () => into.destroy());
  };

  const listening = Promise.withResolvers<void>();
  server.once('error', listening.reject);
  server.listen({ port: 0, host: '127.0.0.1' }, () => listening.resolve());
  await listening.promise;
  const address = server.address();
  const ends = (): readonly Socket[] => [...pairs].flatMap(({ near, far }) => [near, far]);
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    ended: () => pairs.size === 0,
    cut: () => ends().forEach((end) => end.destroy()),
    reset: () => ends().forEach((end) => end.resetAndDestroy()),
    stall() {
      isSilent = true;
      for (const end of ends()) end.pause();
    },
    slow(ms) {
      delayMs = ms;
    },
    heal() {
      isSilent = false;
      delayMs = 0;
      for (const end of ends()) end.resume();
    },
    [Symbol.asyncDispose]: () => {
      const { promise, resolve } = Promise.withResolvers<void>();
      server.close(() => resolve());
      for (const end of ends()) end.destroy();
      return promise;
    },
  };
}
