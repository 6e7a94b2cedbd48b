// Targets as the planner gives them to operations.
import type { JsonObject } from '../../src/core/json.ts';
import { ADDRESS, managerOf, placeNamed, soapPort } from '../../src/lab/site.ts';
import { CELL, MANAGER_NODE, nodeOf } from './case.ts';
import type { ModelWorld } from './world.ts';

const LIMIT_MS = 60_000;

const cellFields = (world: ModelWorld) => ({
  cell: CELL,
  dmgrHost: 'manager',
  dmgrProfile: world.profile(MANAGER_NODE),
  dmgrNode: MANAGER_NODE,
  dmgrAddress: ADDRESS,
  dmgrSoapPort: soapPort(world.site, managerOf(world.site.scenario).server),
  serverTimeoutMs: LIMIT_MS,
});
const placeFields = (world: ModelWorld, node: string) => ({
  host: world.site.scenario.profiles.find((profile) => profile.node === node)?.host ?? '',
  profile: world.profile(node),
});
export const nodeTarget = (world: ModelWorld, node: string): JsonObject => ({
  kind: 'node',
  node,
  ...cellFields(world),
  ...placeFields(world, node),
});
export const configurationTarget = (world: ModelWorld, at: string): JsonObject =>
  at === 'cell' ? { kind: 'cell', ...cellFields(world) } : nodeTarget(world, at);
export function serverTarget(world: ModelWorld, process: string): JsonObject {
  const { profile, server } = placeNamed(world.site.scenario, process);
  return { ...nodeTarget(world, profile.node), kind: 'server', server: server.name };
}
export function profileTarget(world: ModelWorld, owner: string): JsonObject {
  const { host, profile } = placeFields(world, nodeOf(owner));
  return { kind: 'profile', owner, path: profile, host, ...cellFields(world) };
}
