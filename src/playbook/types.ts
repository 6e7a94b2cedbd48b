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
  readonly toolProfiles?: readonly Named[] | undefined;
  readonly communities?: readonly Named[] | undefined;
  readonly federations?: readonly Named[] | undefined;
  /** servers of communities and federations, standalone multiplexers */
  readonly members?: readonly Named[] | undefined;
  readonly memberKinds?: readonly Named[] | undefined;
  readonly neighbours?: readonly Named[] | undefined;
  readonly neighbourKinds?: readonly Named[] | undefined;
  readonly gateways?: readonly Named[] | undefined;
  readonly clients?: readonly Named[] | undefined;
};

/** The words of the inventory for what belongs to a community. */
export const MEMBER_KINDS = ['server', 'mux'] as const;
export const NEIGHBOUR_KINDS = ['sametime-proxy', 'media-manager', 'gateway', 'bot', 'ldap', 'other'] as const;

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

/** hold: the run stops and tells how to go on; revert: the step that failed is taken back first */
export const ON_FAILURE = ['hold', 'revert'] as const;
export type OnFailure = (typeof ON_FAILURE)[number];

export type Phase = {
  readonly name: string;
  readonly title: string;
  /** absent: hold */
  readonly onFailure?: OnFailure;
  /** how long what the phase brings may stay; absent: for good */
  readonly expiresMs?: number;
  readonly tasks: readonly Task[];
};

export type Playbook = {
  readonly file: string;
  readonly sha256: string;
  readonly name: string;
  readonly title: string;
  readonly strategy: Strategy;
  readonly phases: readonly Phase[];
};
