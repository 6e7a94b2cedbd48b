// The delaying proxy as a process of its own; it counts connections.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

const FILE = fileURLToPath(new URL('delaying-proxy.ts', import.meta.url));

export type Proxy = AsyncDisposable & {
  /** connections since it was asked last */
  readonly take: () => Promise<number>;
};

export async function openProxy(port: number, to: number, roundTripMs: number): Promise<Proxy> {
  const child = spawn(process.execPath, [FILE, ...[port, to, roundTripMs].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  await lines.next();
  return {
    async take() {
      child.stdin.write('\n');
      return Number((await lines.next()).value);
    },
    async [Symbol.asyncDispose]() {
      child.stdin.end();
      await once(child, 'exit');
    },
  };
}
