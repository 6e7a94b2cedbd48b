// A community without hosts: four servers, a multiplexer and neighbours as an inventory, and the facts of servers in given
// modes, through the real reading of sametime.ini. Invented names.
import type { ComponentFacts, Facts, ProbedMode } from '../../src/facts/types.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import type { CommunityServerEntry, Inventory } from '../../src/inventory/types.ts';
import type { CommunityMember } from '../../src/operations/community-member.ts';
import { modelOf } from '../../src/operations/community-model.ts';
import type { CommunityState, KnownCertificate } from '../../src/operations/community-state.ts';
import { operationNamed } from '../../src/operations/index.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { resolveTasks } from '../../src/plan/resolve.ts';
import { parsePlaybook } from '../../src/playbook/parse-playbook.ts';
import type { Json } from '../../src/core/json.ts';

export type Mode = Exclude<ProbedMode, 'inconclusive'>;

const fingerprint = (digit: string): string => digit.repeat(40);
const certificate = (subject: string, digit: string, names: readonly string[] = []): KnownCertificate => ({
  subject,
  sha1: fingerprint(digit),
  sha256: digit.repeat(64),
  keyType: 'RSA',
  keyBits: 2048,
  signature: 'sha256WithRSA',
  names,
});
const LEAF = certificate('CN=*.acme.example', '1', ['*.acme.example']);
export const ROOT = certificate('CN=Acme Root', '2');
export const CHAIN = { alias: 'acme-wild-2026', chain: [LEAF, ROOT] };

export const communityText = (
  changes: { readonly neighbours?: string; readonly clients?: string; readonly servers?: string } = {},
): string => `apiVersion: strictstep/v1
defaults: { user: notes, identityFile: ./id, knownHosts: ./kh }
hosts:
  st1: { address: 192.0.2.11 }
  st2: { address: 192.0.2.12 }
  st3: { address: 192.0.2.13 }
  mux1: { address: 192.0.2.21 }
communities:
  stCommunity:
    servers:
      st1: { host: st1, data: /local/notesdata }
      st2: { host: st2, data: /local/notesdata }
      st3: { host: st3, data: /local/notesdata }
      mux1: { kind: mux, host: mux1, data: /local/notesdata }
${changes.servers ?? ''}    neighbours:
${changes.neighbours ?? '      av: { kind: media-manager, offers: [TLSv1.2] }\n'}clients:
${changes.clients ?? '  rich: { offers: [TLSv1.2], connects: [stCommunity/mux1/client] }\n'}`;

export const communityInventory = (text = communityText()): Inventory => parseInventory(text, 'inventory.yaml', 'd1');

const memberOf = ({ name, kind, ports, user, ...entry }: CommunityServerEntry): CommunityMember => ({
  ...entry,
  server: name,
  memberKind: kind,
  serverPort: ports.server ?? null,
  clientPort: ports.client ?? null,
  user: user ?? null,
});

/** hasStores: sametime.ini names a key store and a trust store with the chain of the certificate */
export type Setting = { readonly server: Mode; readonly client: Mode; readonly hasStores: boolean };
export const LEGACY: Setting = { server: 'legacy', client: 'legacy', hasStores: false };
export const DYNAMIC: Setting = { server: 'dynamic', client: 'legacy', hasStores: true };
export const STRICT: Setting = { server: 'strict', client: 'legacy', hasStores: true };

const portKeys = (section: string, prefix: string, mode: Mode, port: number): Readonly<Record<string, string>> => ({
  [`${section}/${prefix}_PORT`]: mode === 'strict' ? '' : String(port),
  ...(mode === 'legacy' ? {} : { [`${section}/${prefix}_TLS_PORT`]: String(port) }),
});

export function communityState(entry: CommunityServerEntry, { server, client, hasStores }: Setting): CommunityState {
  const [key, trust] = [`${entry.data}/key.p12`, `${entry.data}/trust.p12`];
  const store = { form: 'pkcs12-legacy', mode: '0600' };
  return {
    certificates: { messaging: CHAIN },
    values: {
      ...(hasStores
        ? {
            'Config/ST_TLS_KEY_STORE_FILE': key,
            'Config/ST_TLS_TRUST_STORE_FILE': trust,
            'Config/ST_TLS_MIN_PROTOCOL_VERSION': '0x303',
          }
        : {}),
      ...(entry.kind === 'server' ? portKeys('Connectivity', 'VPS', server, 1516) : {}),
      'Debug/VPMX_DISABLE_CONFIGURATION_UPDATE': '1',
      ...portKeys('Debug', 'VPMX', client, 1533),
    },
    passwords: {},
    stores: hasStores
      ? {
          [key]: { ...store, keys: [CHAIN], trust: [] },
          [trust]: { ...store, keys: [], trust: [{ alias: 'root', certificate: ROOT }] },
        }
      : {},
    clientMode: null,
  };
}

export type Community = {
  readonly inventory: Inventory;
  readonly facts: Facts;
  /** by subject of the operations on sametime.ini */
  readonly states: ReadonlyMap<string, CommunityState>;
};

/** @param settings by server; the others are legacy */
export function communityOf(
  settings: Readonly<Record<string, Setting>> = {},
  inventory: Inventory = communityInventory(),
): Community {
  const members = inventory.communities.flatMap(({ servers }) => servers);
  const states = new Map(
    members.map((entry) => [
      `sametime.ini ${entry.community}/${entry.name}`,
      communityState(entry, settings[entry.name] ?? LEGACY),
    ]),
  );
  const components = members.map((entry): ComponentFacts => {
    const state = states.get(`sametime.ini ${entry.community}/${entry.name}`);
    if (state === undefined) throw new Error(`no state of ${entry.name}`);
    const disk = modelOf(state, memberOf(entry));
    const { server, client } = settings[entry.name] ?? LEGACY;
    return {
      component: `${entry.community}/${entry.name}`,
      host: entry.host,
      files: [{ path: entry.ini, sha256: 'd2' }],
      disk,
      running: disk,
      process: { pid: '100', isOlderThanDisk: false },
      modes: entry.kind === 'server' ? { server, client } : { client },
      findings: [],
    };
  });
  return { inventory, states, facts: { cells: [], listeners: [], certificates: [], components } };
}

/** A playbook as lines of tasks per phase. */
export const communityPlaybook = (...phases: readonly (readonly string[])[]): string =>
  [
    'apiVersion: strictstep/v1\nplaybook: sample\ntitle: A sample\nphases:',
    ...phases.flatMap((tasks, index) => [
      `  - phase: phase${index + 1}\n    title: Phase ${index + 1}\n    tasks:`,
      ...tasks.map((task) => `      - { task: ${task} }`),
    ]),
  ].join('\n');

export function communityPlanInput({ inventory, facts, states }: Community, text: string): PlanInput {
  const playbook = parsePlaybook(text, 'playbook.yaml', 'd3');
  const tasks = resolveTasks(playbook, inventory, facts, operationNamed);
  const found = new Map<string, Json>(
    tasks.map(({ operation, params }) => {
      const subject = operation.subject(params);
      return [subject, states.get(subject) ?? { isDone: false }];
    }),
  );
  return { playbook, inventory, facts, tasks, states: found, operations: operationNamed };
}
