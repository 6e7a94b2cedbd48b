// An audit: every TLS listener of an inventory with what it answered and what of that does not hold.
import type { Place } from '../../core/place.ts';
import type { ProbeReport } from '../../tls/probe-endpoint.ts';

export type AuditedPort = {
  /** "stCell/stpNode/was_stpProxy PROXY_HTTPS_ADDRESS" */
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** of its node or deployment manager in the inventory */
  readonly place: Place;
  /** false: its process was not running, so nobody asked it */
  readonly isRunning: boolean;
};

/** inconclusive: nobody may say that it holds, nor that it does not */
export type AuditFinding = {
  readonly by: 'policy' | 'expectation' | 'baseline' | 'probe';
  readonly code: string;
  readonly where: string;
  readonly what: string;
  readonly reference: string;
  readonly isInconclusive: boolean;
};

export type AuditEntry = {
  readonly listener: AuditedPort;
  /** null: was not asked */
  readonly report: ProbeReport | null;
  readonly findings: readonly AuditFinding[];
};

export type Audit = {
  readonly strictstep: string;
  readonly startedAt: string;
  readonly inventory: string;
  /** "policy rfc9325", "baseline ports.json" */
  readonly measuredBy: readonly string[];
  readonly entries: readonly AuditEntry[];
  readonly violations: number;
  readonly inconclusive: number;
};
