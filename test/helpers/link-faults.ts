// A rollout whose hosts are reached through a network that fails as a test says, when the bytes of a command are on their way.
import { OperatorError } from '../../src/core/errors.ts';
import { openRollout, REDUCED_ROLLOUT } from './crash.ts';
import type { Begun, Rollout } from './crash.ts';
import { openFaultProxy, type FaultProxy } from './fault-proxy.ts';

const FAULTS = {
  cut: (proxy) => proxy.cut(),
  stall: (proxy) => proxy.stall(),
  reset: (proxy) => proxy.reset(),
  slow: (proxy) => proxy.slow(20),
} as const satisfies Readonly<Record<string, (proxy: FaultProxy) => void>>;
export type FaultName = keyof typeof FAULTS;

export interface Network extends AsyncDisposable {
  readonly rollout: Rollout;
  /** after a moment, all hosts at once */
  damage(fault: FaultName, afterMs: number): void;
  heal(): void;
}

/** Every host is reached through a proxy, which is a new one for every beginning. */
export async function openNetwork(): Promise<Network> {
  const stack = new AsyncDisposableStack();
  const proxies = new Map<string, FaultProxy>();
  const sshPort = async (host: string, port: number): Promise<number> => {
    const proxy = stack.use(await openFaultProxy(port));
    proxies.set(host, proxy);
    return proxy.port;
  };
  const rollout = await openRollout({ ...REDUCED_ROLLOUT, sshPort });
  return {
    rollout,
    damage: (fault, afterMs) => void setTimeout(() => [...proxies.values()].forEach(FAULTS[fault]), afterMs),
    heal: () => [...proxies.values()].forEach((proxy) => proxy.heal()),
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}

/** @returns how it ended: a status, or the code of the error */
export async function goOn(begun: Begun, onCommand: (count: number, what: string) => void): Promise<string> {
  try {
    return (await begun.goOn({ onCommand })).status;
  } catch (error) {
    if (error instanceof OperatorError) return error.code;
    throw error;
  }
}

/** A network that fails is no reason for any other end. */
export const isAllowed = (ended: string): boolean =>
  ['done', 'OUTCOME_UNKNOWN', 'COMMAND_TIMEOUT', 'HOST_UNREACHABLE', 'INCONCLUSIVE'].includes(ended);
