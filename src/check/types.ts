// The trust pre-flight: every caller's own trust store against what every listener will show.
import type { FindingCode } from '../tls/judge-certificate.ts';

export type PairCode =
  | FindingCode
  | 'TRUST_MISSING'
  | 'NO_COMMON_PROTOCOL'
  | 'LISTENER_DOES_NOT_START'
  | 'CALLER_CANNOT_CALL'
  | 'CLIENT_CERTIFICATE_MISSING'
  | 'CLIENT_CERTIFICATE_UNKNOWN'
  | 'CLIENT_NOT_TRUSTED'
  | 'OLD_SSH_ALGORITHMS';

export type PairFinding = {
  readonly code: PairCode;
  readonly severity: 'fails' | 'warning';
  readonly text: string;
};

/** not-checked: an end does not run, or what it trusts or serves is not known */
export type Verdict = 'ok' | 'warning' | 'fails' | 'not-checked';

export type Pair = {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly required: boolean;
  readonly verdict: Verdict;
  /** SHA-1 of what the listener will show; null: not known */
  readonly certificate: string | null;
  /** where trust was looked up; null: not known */
  readonly trustStore: string | null;
  readonly findings: readonly PairFinding[];
};

/** Where one certificate is used, found by its fingerprint. */
export type CertificateUse = {
  readonly sha1: string;
  readonly subject: string | null;
  readonly notAfter: string | null;
  readonly daysLeft: number | null;
  /** listeners that show it now, and at the end of the playbook */
  readonly shownNow: readonly string[];
  readonly shownThen: readonly string[];
  /** key stores that hold it with its key: "CellDefaultKeyStore (cell):c1 as default" */
  readonly heldBy: readonly string[];
};

export type FileFinding = PairFinding & { readonly file: string };

export type TrustCheck = {
  readonly at: string;
  readonly pairs: readonly Pair[];
  readonly uses: readonly CertificateUse[];
  readonly files: readonly FileFinding[];
  /** required pairs that fail */
  readonly failing: number;
  readonly warnings: number;
};
