// Keeps one session up: logs in, and again some time after it was lost or could not be had.
import { dial } from './dial.ts';
import type { DialParts } from './dial.ts';
import type { Link, Session } from './session.ts';

export type KeepParts = {
  /** asked again for every try: addresses and settings may have changed */
  readonly target: () => Omit<DialParts, 'signal'>;
  readonly login: (link: Link, closed: () => void) => Promise<Session>;
  readonly retryMs: number;
  readonly onUp: (session: Session) => void;
  readonly onDown: (session: Session) => void;
  /** called when the reason is another one than at the try before */
  readonly onFailure: (reason: string) => void;
};

export interface KeptSession {
  readonly session: () => Session | undefined;
  end(): void;
}

export function keepSession(parts: KeepParts): KeptSession {
  const { target, login, retryMs, onUp, onDown, onFailure } = parts;
  const ended = new AbortController();
  const { signal } = ended;
  let timer: NodeJS.Timeout | undefined;
  let session: Session | undefined;
  let lastReason = '';
  const again = (): void => {
    if (!signal.aborted) timer = setTimeout(() => void attempt(), retryMs);
  };
  const lost = (): void => {
    const down = session;
    session = undefined;
    if (down !== undefined) onDown(down);
    again();
  };
  const attempt = async (): Promise<void> => {
    try {
      const link = await dial({ ...target(), signal });
      session = await login(link, lost);
      lastReason = '';
      onUp(session);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== lastReason && !signal.aborted) onFailure(reason);
      lastReason = reason;
      again();
    }
  };
  void attempt();
  return {
    session: () => session,
    end: () => {
      ended.abort();
      clearTimeout(timer);
      session?.close();
    },
  };
}
