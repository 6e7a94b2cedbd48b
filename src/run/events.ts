// What a run tells while it goes on; the terminal's progress and `--json` are views of this stream.
import type { ErrorCode } from '../core/errors.ts';
import type { HealthResult } from '../health/types.ts';
import type { Step } from '../plan/types.ts';

export type RunEvent =
  | { readonly type: 'step-started'; readonly step: Step }
  | {
      readonly type: 'step-finished';
      readonly step: Step;
      /** earlier: an earlier start of the same run had finished it */
      readonly outcome: 'applied' | 'already' | 'earlier';
      readonly seconds: number;
    }
  /** before the step; somebody asked for it from another terminal */
  | { readonly type: 'paused'; readonly step: Step; readonly who: string; readonly reason: string }
  | { readonly type: 'health'; readonly step: Step; readonly result: HealthResult }
  /** a step of another group failed; `step` is the first that was not begun */
  | { readonly type: 'group-stopped'; readonly step: Step; readonly group: string }
  | { readonly type: 'step-failed'; readonly step: Step; readonly code: ErrorCode | 'BUG'; readonly message: string };
