// The contract of every kind of change. The laws are in test/operations/laws.ts; adding a kind is described in
// docs/architecture.md.
import type { z } from 'zod';
import type { Change } from './change.ts';
import type { CertificateFile, CertificateFacts } from './certificate.ts';
import type { Json } from './json.ts';
import type { Prediction } from './prediction.ts';
import type { ReadShell, WriteShell } from './shell.ts';
import type { TopologyChange } from './topology-change.ts';
import type { WsadminReader, WsadminWriter } from './wsadmin.ts';
import type { Secret } from './secret.ts';

export interface ReadContext {
  shell(host: string): Promise<ReadShell>;
  wsadmin(cell: string): Promise<WsadminReader>;
  /** public facts of a certificate that the inventory declares */
  certificate(name: string): CertificateFacts;
  /** every certificate that the inventory declares, with the password that opens on a host what was made from it */
  declaredCertificates(): readonly DeclaredCertificate[];
  /** what the last census of a community's callers found; undefined: there is none */
  census(community: string): Promise<CensusEvidence | undefined>;
  /** log-in for the administrative tools of a cell or a database; undefined: the host's own properties hold it */
  login(owner: string): Login | undefined;
}

export interface WriteContext extends ReadContext {
  shell(host: string): Promise<WriteShell>;
  wsadmin(cell: string): Promise<WsadminWriter>;
  /** Ends the cell's wsadmin process, for instance before its deployment manager is restarted. */
  endWsadmin(cell: string): Promise<void>;
  /** the key store file itself, for the upload */
  certificateFile(name: string): CertificateFile;
  /** unique name of the run, for backups: letters, digits, hyphen */
  readonly runId: string;
  /** waits for `ms` of real time; fails at once when the run is told to stop */
  pause(ms: number): Promise<void>;
}

export type DeclaredCertificate = { readonly facts: CertificateFacts; readonly password: Secret };

export type CensusEvidence = {
  readonly verdict: 'PASS' | 'FAIL' | 'INCONCLUSIVE';
  /** why it is not a PASS */
  readonly reasons: readonly string[];
  /** callers without TLS that no waiver covers */
  readonly legacy: readonly string[];
  /** since the end of its window */
  readonly ageMs: number;
  readonly file: string;
};

export type Login = { readonly user: string; readonly password: Secret };

/** What a change needs afterwards; the planner merges equal ones and orders them. */
export type FollowUp =
  | { readonly kind: 'restart-deployment-manager'; readonly cell: string }
  | { readonly kind: 'synchronize-node'; readonly cell: string; readonly node: string }
  | { readonly kind: 'restart-server'; readonly cell: string; readonly node: string; readonly server: string }
  /** community: or federation */
  | { readonly kind: 'restart-component'; readonly community: string; readonly server: string };

/** The object a task is applied to: one per target that the task's selector finds. */
export type Target =
  | { readonly kind: 'cell'; readonly cell: string }
  | { readonly kind: 'node'; readonly cell: string; readonly node: string }
  | { readonly kind: 'server'; readonly cell: string; readonly node: string; readonly server: string }
  | {
      readonly kind: 'profile';
      readonly cell: string;
      readonly owner: string;
      readonly host: string;
      readonly path: string;
    }
  /** command line tools that belong to no cell; `calls`: cells whose deployment managers they call */
  | {
      readonly kind: 'tool-profile';
      readonly toolProfile: string;
      readonly host: string;
      readonly path: string;
      readonly calls: readonly string[];
    }
  | { readonly kind: 'database'; readonly database: string; readonly host: string }
  /** a community server or a standalone multiplexer */
  | { readonly kind: 'community-server'; readonly community: string; readonly server: string; readonly host: string }
  | { readonly kind: 'neighbour'; readonly community: string; readonly neighbour: string }
  | { readonly kind: 'population'; readonly client: string }
  /** a Sun Instant Messaging server with its multiplexor; community: the name of its federation */
  | { readonly kind: 'sun-im-server'; readonly community: string; readonly server: string; readonly host: string }
  | { readonly kind: 'sun-im-gateway'; readonly community: string; readonly gateway: string; readonly host: string }
  | { readonly kind: 'community'; readonly community: string };

export type TargetKind = Target['kind'];

/** What must be in a store of the master configuration before `apply` can do its work; `store` is name, blank, scope. */
export type Premise = { readonly cell: string; readonly store: string } & (
  | { readonly kind: 'certificate'; readonly alias: string }
  | { readonly kind: 'signers'; readonly fingerprints: readonly string[] }
  /** nothing names the alias any more, and no listener shows the certificate */
  | { readonly kind: 'unnamed'; readonly alias: string; readonly fingerprint: string }
);

/** Where calls are shown for people and for `show --format wsadmin`; secrets appear as `[secret]`. */
export type Call = { readonly tool: 'wsadmin' | 'shell' | 'sql' | 'file' | 'person'; readonly text: string };

/** A revert that is planted on the host before the change; see src/run/dead-man.ts. */
export type DeadMan = {
  /** letters, digits, hyphen: one for each server */
  readonly id: string;
  /** files of the host that are given back whole */
  readonly files: readonly string[];
  /** commands that start the server again, one after the other, whatever each of them says */
  readonly restart: readonly (readonly string[])[];
  readonly seconds: number;
};

export interface Operation<Params extends Json = Json, State extends Json = Json> {
  readonly name: string;
  /** true: the state is about a process or a copy that later steps renew; health checks prove it, not a last look at the end */
  readonly isFollowUp?: boolean;
  /** which targets a task of this kind may select */
  readonly targets: readonly TargetKind[];
  /** what a task may say in `with`: parse() checks by it, and the schema for editors is made of it */
  readonly wish: z.ZodObject;
  /** Fills and checks the parameters; `input` is `{ target, with }`: the target with the fields that
   * the planner adds (unknown ones are ignored), and what the task says (unknown keys are refused).
   * @throws OperatorError INPUT_VALUE before any connection */
  parse(input: Json): Params;
  /** Names the object that the state is about; two steps with one subject follow each other. */
  subject(params: Params): string;
  /** Read only. Gives the part of the world that this operation is about, free of secrets. */
  read(context: ReadContext, params: Params): Promise<State>;
  /** What would change; empty when all is as wanted. */
  diff(state: State, params: Params): readonly Change[];
  /** The state that `read` gives after `apply`: lets the planner fold later steps over earlier ones. */
  predict(state: State, params: Params): State;
  /** How far that state can be foreseen; absent: computed, for all that decides is read, and read back. */
  prediction?(params: Params, state: State): Prediction;
  /** Parameters for a state that accepts both what is and what is wanted, for a change that narrows; undefined: none needed. */
  steppingStone?(state: State, params: Params): Params | undefined;
  /** What other tasks have to bring first; the planner orders by it. Only asked when `diff` is not empty. */
  premises?(params: Params, state: State): readonly Premise[];
  /** What it does to listeners and callers: feeds the connectivity proof. */
  effect(params: Params, state: State): readonly TopologyChange[];
  /** What is so where `diff` is empty, for objects that no facts tell of, such as what a person has done: the proof begins
   * from it. */
  establishes?(params: Params, state: State): readonly TopologyChange[];
  /** The exact calls that `apply` makes from this state, redacted. */
  calls(state: State, params: Params): readonly Call[];
  apply(context: WriteContext, params: Params): Promise<void>;
  undo(context: WriteContext, params: Params, before: State): Promise<void>;
  /** Removes what may stay on the host only as long as the run can need it. Called when a run, or the way back, ended well. */
  tidy?(context: WriteContext, params: Params): Promise<void>;
  /** What the host takes back by itself when health is not proved in time; undefined: nothing. */
  deadMan?(params: Params, state: State): DeadMan | undefined;
  /** id of the dead man's revert that passing health of this step cancels */
  proves?(params: Params): string;
  /** Only asked when `diff` is not empty. */
  followUps(params: Params): readonly FollowUp[];
}

/** Every kind in one list: parameters and state are JSON that only the operation itself understands. */
// oxlint-disable-next-line typescript/no-explicit-any -- a heterogeneous registry; parse() re-checks the parameters.
export type AnyOperation = Operation<any, any>;
