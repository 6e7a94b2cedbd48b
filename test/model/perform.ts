// One step of a case, on both sides: what it does to the lab through its real mechanics, and which changes of the model
// that is. Where an operation exists, its own `effect` says the changes and its own `apply` makes them.
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Json, JsonObject } from '../../src/core/json.ts';
import { OperatorError } from '../../src/core/errors.ts';
import type { WriteContext } from '../../src/core/operation.ts';
import type { TopologyChange } from '../../src/core/topology-change.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { parseSecurityXml } from '../../src/products/websphere/security-xml.ts';
import type { SecurityModel } from '../../src/products/websphere/security-model.ts';
import { administer, groupCall, scopeOf, signerCall, storeOptions, wordsOf } from './admin-calls.ts';
import { CELL, MANAGER_NODE, type Step } from './case.ts';
import { configurationTarget, nodeTarget, profileTarget, serverTarget } from './targets.ts';
import { address, type ToolAct } from './tools.ts';
import type { ModelWorld } from './world.ts';

export type Planned =
  /** a change of configuration: it must succeed */
  | { readonly kind: 'configure'; readonly changes: readonly TopologyChange[]; readonly execute: () => Promise<void> }
  /** stops, starts and copies, one after another, with the tools */
  | { readonly kind: 'tools'; readonly changes: readonly ToolAct[] }
  /** the operation itself refuses, or there is nothing that could be done; the model stays as it is */
  | { readonly kind: 'nothing'; readonly why: string };

const nothing = (why: string): Planned => ({ kind: 'nothing', why });

export async function planStep(world: ModelWorld, context: WriteContext, step: Step): Promise<Planned> {
  switch (step.do) {
    case 'quality-of-protection': {
      const wish = { configuration: step.on.alias, protocol: step.protocol, ifAbsent: 'skip' };
      return await withOperation(context, step.do, configurationTarget(world, step.on.at), wish);
    }
    case 'import-certificate':
      return await withOperation(context, 'personal-certificate', configurationTarget(world, step.at), MESSAGING);
    case 'add-signers':
      return await withOperation(context, 'signer-certificates', configurationTarget(world, step.at), MESSAGING);
    case 'client-signers':
      return await withOperation(context, step.do, profileTarget(world, step.owner), MESSAGING);
    case 'client-protocol': {
      const wish = { protocol: step.protocol };
      return await withOperation(context, 'client-properties', profileTarget(world, step.owner), wish);
    }
    case 'endpoint-security': {
      const configurationScope = step.uses.at === 'cell' ? 'cell' : 'node';
      const wish = { ...MESSAGING, configuration: step.uses.alias, configurationScope };
      return await withOperation(context, step.do, serverTarget(world, step.process), wish);
    }
    case 'group':
      return await group(world, step);
    case 'add-one-signer':
      return await addOneSigner(world, step);
    case 'synchronize':
      return { kind: 'tools', changes: [{ kind: 'synchronized', cell: CELL, node: step.node }] };
    case 'stop':
      return { kind: 'tools', changes: [{ kind: 'stopped', ...address(step.process) }] };
    case 'start':
      return { kind: 'tools', changes: [{ kind: 'started', ...address(step.process) }] };
    case 'node-synchronization':
      return toolsOf('node-synchronization', nodeTarget(world, step.node), { process: 'old', replica: 'different' });
    case 'restart':
    default: {
      const name = step.process === `${MANAGER_NODE}/dmgr` ? 'deployment-manager-restart' : 'server-restart';
      const target = name === 'server-restart' ? serverTarget(world, step.process) : configurationTarget(world, 'cell');
      return toolsOf(name, target, { process: 'old' });
    }
  }
}

function toolsOf(name: string, target: JsonObject, state: Json): Planned {
  const operation = operationNamed(name);
  const changes = operation.effect(operation.parse({ target, with: {} }), state);
  return {
    kind: 'tools',
    changes: changes.filter(
      (change) => change.kind === 'stopped' || change.kind === 'started' || change.kind === 'synchronized',
    ),
  };
}

const MESSAGING = { certificate: 'messaging' };

async function withOperation(
  context: WriteContext,
  name: string,
  target: JsonObject,
  wish: JsonObject,
): Promise<Planned> {
  const operation = operationNamed(name);
  const params: Json = operation.parse({ target, with: wish });
  const state: Json = await operation.read(context, params);
  const found = differenceOf(() => operation.diff(state, params).length);
  if (typeof found === 'string') return nothing(found);
  if (found === 0) return nothing('as wanted');
  const refusal = await refusalOf(name, state);
  if (refusal !== undefined) return nothing(refusal);
  return {
    kind: 'configure',
    changes: operation.effect(params, state),
    execute: () => operation.apply(context, params),
  };
}

/** A cell in FIPS mode is not changed. */
function differenceOf(diff: () => number): number | string {
  try {
    return diff();
  } catch (error) {
    if (error instanceof OperatorError && error.code === 'POLICY_REFUSED') return error.message;
    throw error;
  }
}

/** endpoint-security insists on the certificate that an earlier step of a plan imports. */
async function refusalOf(name: string, state: Json): Promise<string | undefined> {
  const wanted =
    name === 'endpoint-security' && state !== null && typeof state === 'object' && 'wanted' in state
      ? state.wanted
      : null;
  const isMissing =
    wanted !== null && typeof wanted === 'object' && 'isImported' in wanted && wanted.isImported === false;
  return isMissing ? 'the certificate is not imported' : undefined;
}

const masterOf = (world: ModelWorld): string => path.join(world.profile(MANAGER_NODE), 'config/cells', CELL);

async function readMaster(world: ModelWorld): Promise<SecurityModel> {
  return parseSecurityXml(await readFile(path.join(masterOf(world), 'security.xml'), 'utf8'));
}

/** At every scope and with every alias, as a person at the console could; the operation only knows servers. */
async function group(world: ModelWorld, step: Extract<Step, { readonly do: 'group' }>): Promise<Planned> {
  const { configurations, groups } = await readMaster(world);
  const configurationScope = scopeOf(step.uses.at);
  if (!configurations.some(({ alias, scope }) => alias === step.uses.alias && scope === configurationScope))
    return nothing('no such SSL configuration');
  const { scope, direction, certificateAlias } = step;
  const change = {
    kind: 'ssl-group',
    cell: CELL,
    scope,
    direction,
    configuration: step.uses.alias,
    configurationScope,
    certificateAlias,
  } as const;
  return {
    kind: 'configure',
    changes: [change],
    execute: async () => administer(world.repository, [groupCall(step, groups)]),
  };
}

/** By hand: the operation takes all signers of a chain. */
async function addOneSigner(
  world: ModelWorld,
  step: Extract<Step, { readonly do: 'add-one-signer' }>,
): Promise<Planned> {
  const [, intermediate, root] = world.certificate.facts.chain;
  const signer = step.which === 'root' ? root : intermediate;
  if (signer === undefined) throw new Error('the chain has three certificates');
  const where = storeOptions(step.at, 'Trust');
  const listed = world.repository.openWorkspace().call('AdminTask', 'listSignerCertificates', [wordsOf(where)]);
  if (listed.includes(signer.sha1)) return nothing('as wanted');
  const file = path.join(world.site.dir, `${step.which}.pem`);
  const store = { kind: 'key-store', cell: CELL, name: where.keyStoreName, scope: where.keyStoreScope } as const;
  return {
    kind: 'configure',
    changes: [{ kind: 'signers-added', store, fingerprints: [signer.sha1] }],
    execute: async () => {
      await writeFile(file, signer.pem);
      administer(world.repository, [signerCall(step.at, file, `one-${step.which}`)]);
    },
  };
}
