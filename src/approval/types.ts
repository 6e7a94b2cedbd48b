// Words of the room: what an approver signs, and what became of each approval when it was checked.

import type { Plan } from '../plan/types.ts';

/** What is signed: exactly one plan, by one person, for a limited time. All of it is covered by the signature. */
export type Statement = {
  readonly schema: 1;
  readonly kind: 'strictstep-approval';
  readonly role: 'approver';
  /** hash of the plan */
  readonly plan: string;
  readonly identity: string;
  /** ISO 8601, UTC, milliseconds */
  readonly issued: string;
  readonly expires: string;
};

/** An approval with a signature that the allowed-signers file accepts, for this plan and now. */
export type Approval = {
  /** name of the statement's file in the folder of approvals */
  readonly file: string;
  readonly identity: string;
  /** fingerprint as ssh-keygen prints it: SHA256:... */
  readonly key: string;
  readonly issued: string;
  readonly expires: string;
};

export type RefusalReason =
  | 'unreadable'
  | 'signature'
  | 'namespace'
  | 'other-plan'
  | 'not-allowed'
  | 'not-yet-valid'
  | 'expired'
  | 'planner'
  | 'same-person';

export type RefusedApproval = {
  readonly file: string;
  /** as the statement says it; null when there is no statement to read */
  readonly identity: string | null;
  readonly reason: RefusalReason;
  readonly detail: string;
};

export type Verdict = {
  /** hash of the plan that was asked about */
  readonly plan: string;
  readonly planner: string | null;
  /** one approval for each person; only these count */
  readonly approvals: readonly Approval[];
  readonly refused: readonly RefusedApproval[];
};

export type Question = {
  readonly plan: Plan;
  readonly planFile: string;
  /** OpenSSH allowed-signers file; the validity of its lines is judged by the clock of this machine */
  readonly allowedSigners: string;
  /** who made the plan: that person's approval does not count */
  readonly planner: string | undefined;
  /** an approval counts at most that long after it was issued; undefined: as long as it says itself */
  readonly longestMs?: number | undefined;
  readonly now: Date;
};

/** When changes may be made; both ends are milliseconds since 1970, undefined: open on that side. */
export type ChangeWindow = { readonly from: number | undefined; readonly until: number | undefined };
