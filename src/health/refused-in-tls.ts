// Whether a TLS implementation said no itself. A connection that is only closed may as well come from a server that is
// still starting.
import type { HelloOutcome } from '../tls/types.ts';

export const isRefusedInTls = (outcomes: readonly HelloOutcome[]): boolean =>
  outcomes.some(
    (outcome) => outcome.kind === 'refused' && (outcome.how === 'alert' || outcome.how === 'lower-version'),
  );
