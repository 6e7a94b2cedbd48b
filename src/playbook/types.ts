// The typed playbook: the wish, in phases. The YAML form is documented in docs/playbooks.md.
import type { Json } from '../core/json.ts';
import type { TargetKind } from '../core/operation.ts';
import type { Place } from '../core/place.ts';

/** Which targets of the inventory a task is for; every list that is given must match. */
export type Selector = {
  readonly target: TargetKind;
  readonly roles: readonly Named[] | undefined;
  readonly exceptRoles: readonly Named[] | undefined;
  readonly nodes: readonly Named[] | undefined;
  readonly servers: readonly Named[] | undefined;
  /** WebSphere server types, for instance PROXY_SERVER */
  readonly types: readonly Named[] | undefined;
  readonly cells: readonly Named[] | undefined;
  readonly databases: readonly Named[] | undefined;
};

/** A name with the place where it was written, so that "unknown node" can point at it. */
export type Named = { readonly name: string; readonly place: Place };

export type Task = {
  readonly title: string;
  readonly operation: string;
  readonly on: Selector;
  readonly with: Json;
  readonly place: Place;
};

/** rolling: one server at a time; stop-all: the vendor's way, everything down while the configuration changes */
export const STRATEGIES = ['rolling', 'stop-all'] as const;
export type Strategy = (typeof STRATEGIES)[number];

export type Phase = { readonly name: string; readonly title: string; readonly tasks: readonly Task[] };

export type Playbook = {
  readonly file: string;
  readonly sha256: string;
  readonly name: string;
  readonly title: string;
  readonly strategy: Strategy;
  readonly phases: readonly Phase[];
};
