// A queue for sessions: an SSH server allows about ten at once on one connection (MaxSessions) and refuses more.

export type Release = () => void;

/** Gives one of `count` places, in the order of asking. A place may be given back twice; the second time does nothing. */
export type TakeSlot = () => Promise<Release>;

export function makeSlots(count: number): TakeSlot {
  const waiting: (() => void)[] = [];
  let free = count;
  const giveBack = (): void => {
    const next = waiting.shift();
    if (next === undefined) free += 1;
    else next();
  };
  return async () => {
    if (free > 0) free -= 1;
    else await new Promise<void>((resolve) => waiting.push(resolve));
    let held = true;
    return () => {
      if (held) giveBack();
      held = false;
    };
  };
}
