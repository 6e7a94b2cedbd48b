// Whether the window is open, pure. A run may begin, or go on to the next step, only while what is left of the work and, after it,
// the undoing of everything would still end inside the window.
import { lastSafeStart, type WindowNeed } from '../plan/window.ts';
import type { ChangeWindow } from './types.ts';

export type WindowState =
  | { readonly isOpen: true }
  | { readonly isOpen: false; readonly because: 'early' | 'late' | 'too-short' };

/** Both boundaries belong to the window: exactly at `from` and exactly at the last safe start it is open. */
export function windowState(window: ChangeWindow, need: WindowNeed, nowMs: number): WindowState {
  const last = lastSafeStart(window, need);
  if (last !== undefined && window.from !== undefined && last < window.from)
    return { isOpen: false, because: 'too-short' };
  if (window.from !== undefined && nowMs < window.from) return { isOpen: false, because: 'early' };
  if (last !== undefined && nowMs > last) return { isOpen: false, because: 'late' };
  return { isOpen: true };
}
