// A federation without hosts: three servers, a server of somebody else and a gateway as an inventory, and the facts of servers
// in given modes, through the real reading of iim.conf. Invented names.
import type { Json } from '../../src/core/json.ts';
import { memberOf } from '../../src/facts/federation-member.ts';
import type { ComponentFacts, Facts } from '../../src/facts/types.ts';
import { parseInventory } from '../../src/inventory/parse-inventory.ts';
import type { Inventory } from '../../src/inventory/types.ts';
import { operationNamed } from '../../src/operations/index.ts';
import { gatewayCallers } from '../../src/operations/sun-im-gateway-model.ts';
import { modelOf } from '../../src/operations/sun-im-model.ts';
import { ownPaths, type SunImMember } from '../../src/operations/sun-im-server.ts';
import { authorityOf, sunImChainOf, type SunImState } from '../../src/operations/sun-im-state.ts';
import type { PlanInput } from '../../src/plan/input.ts';
import { resolveTasks } from '../../src/plan/resolve.ts';
import { parsePlaybook } from '../../src/playbook/parse-playbook.ts';
import { messaging } from './community-world.ts';

export type StreamMode = 'plain' | 'dynamic' | 'strict';

type Changes = {
  readonly servers?: string;
  readonly peers?: string;
  readonly gateways?: string;
  readonly clients?: string;
};

export const federationText = ({
  servers,
  peers,
  gateways,
  clients,
}: Changes = {}): string => `apiVersion: strictstep/v1
defaults: { user: inetuser, identityFile: ./id, knownHosts: ./kh }
hosts:
  im1: { address: 192.0.2.11 }
  im2: { address: 192.0.2.12 }
  im3: { address: 192.0.2.13 }
  gw: { address: 192.0.2.21 }
credentials:
  probe: { user: probe, passwordFile: ./probe.password }
federations:
  chat:
    servers:
      im1: { host: im1, domain: im1.acme.example, config: /etc/im/iim.conf, imadmin: /opt/im/imadmin, runtime: /var/im, probeLogin: probe, coservers: { two: im2, three: im3, partner: partner } }
      im2: { host: im2, domain: im2.acme.example, config: /etc/im/iim.conf, imadmin: /opt/im/imadmin, runtime: /var/im, probeLogin: probe, coservers: { one: im1, three: im3 } }
      im3: { host: im3, domain: im3.acme.example, config: /etc/im/iim.conf, imadmin: /opt/im/imadmin, runtime: /var/im, coservers: { one: im1, two: im2 } }
${servers ?? ''}    peers:
${peers ?? '      partner: { domain: partner.example, address: 198.51.100.1, offers: [TLSv1] }\n'}    gateways:
${gateways ?? '      web: { host: gw, config: /etc/im/httpbind.conf, runtime: /var/im, restart: /opt/im/restart }\n'}clients:
${clients ?? '  desk: { offers: [TLSv1, TLSv1.2], connects: [chat/im1/client, chat/im2/client] }\n'}`;

export const federationInventory = (text = federationText()): Inventory => parseInventory(text, 'inventory.yaml', 'd1');

const CHAIN = { alias: 'acme-2026', chain: sunImChainOf(messaging.facts.chain) };

/** @param legacySsl the multiplexor has legacy SSL with the databases of the certificate */
export type ServerSetting = { readonly mode: StreamMode; readonly stores?: boolean; readonly legacySsl?: boolean };

export function sunImState(
  member: SunImMember,
  { mode, stores = mode !== 'plain', legacySsl = false }: ServerSetting,
): SunImState {
  const { javaStore, database, passwordFile } = ownPaths(member, CHAIN);
  const coservers = Object.keys(member.coservers);
  const values: Record<string, string> = {
    'iim.comm.modules': 'iim_server,iim_mux',
    'iim_server.coservers': coservers.join(','),
    'iim_server.domainname': member.domain,
    ...Object.fromEntries(coservers.map((name) => [`iim_server.${name}.host`, `${name}.example:5269`])),
    ...(mode === 'plain'
      ? {}
      : { 'iim_server.keystorepasswordfile': passwordFile, 'iim_server.sslkeystore': javaStore }),
    ...(mode === 'strict' ? { 'iim_server.requiressl': 'true' } : {}),
    ...(legacySsl
      ? {
          'iim_mux.certnickname': CHAIN.alias,
          'iim_mux.keystorepasswordfile': passwordFile,
          'iim_mux.secconfigdir': database,
          'iim_mux.usessl': 'on',
        }
      : {}),
  };
  const [leaf = null] = CHAIN.chain;
  return {
    certificates: { messaging: CHAIN },
    values,
    stores: stores
      ? {
          [javaStore]: {
            form: 'jks',
            mode: '0600',
            keys: [CHAIN],
            trust: messaging.facts.chain
              .slice(1)
              .map((one, index) => ({ alias: `a${index}`, certificate: authorityOf(one) })),
            keyOpens: true,
          },
        }
      : {},
    databases: legacySsl
      ? {
          [database]: {
            form: 'dbm',
            nicknames: [CHAIN.alias],
            keys: [CHAIN.alias],
            leaf,
            isValid: true,
            isOpen: false,
          },
        }
      : {},
    passwordFiles:
      stores || legacySsl
        ? {
            [passwordFile]: { mode: '0600', opens: [...(stores ? [javaStore] : []), ...(legacySsl ? [database] : [])] },
          }
        : {},
  };
}

export type Federation = {
  readonly inventory: Inventory;
  readonly facts: Facts;
  /** by subject of the operations on iim.conf */
  readonly states: ReadonlyMap<string, Json>;
};

const WORD = { plain: 'legacy', dynamic: 'dynamic', strict: 'strict' } as const;

/** @param settings by server; the others are plain
 * @param gatewayAt `host:port` in httpbind.conf */
export function federationOf(
  settings: Readonly<Record<string, ServerSetting>> = {},
  inventory: Inventory = federationInventory(),
  gatewayAt = '192.0.2.11:5222',
): Federation {
  const federations = inventory.federations ?? [];
  const servers = federations.flatMap((federation) => federation.servers);
  const states = new Map<string, Json>();
  const ofServers = servers.map((entry): ComponentFacts => {
    const setting = settings[entry.name] ?? { mode: 'plain' };
    const member = memberOf(entry, {});
    const state = sunImState(member, setting);
    states.set(`iim.conf chat/${entry.name}`, state);
    const disk = modelOf(state, member);
    return {
      component: `chat/${entry.name}`,
      host: entry.host,
      files: [{ path: entry.config, sha256: 'd2' }],
      disk,
      running: disk,
      process: { pid: '100+101', isOlderThanDisk: false },
      modes: { client: WORD[setting.mode], server: WORD[setting.mode] },
      findings: [],
    };
  });
  const members = servers.map(({ name, address, ports }) => ({ name, address, ...ports }));
  const targets = { default: [gatewayAt] };
  states.set('httpbind.conf chat/web', { targets, process: 'new' });
  const callers = gatewayCallers(targets, members);
  const ofGateways = federations.flatMap(({ gateways }) =>
    gateways.map(({ name, host, config }): ComponentFacts => ({
      component: `chat/${name}`,
      host,
      files: [{ path: config, sha256: 'd3' }],
      disk: { listeners: {}, callers },
      running: { listeners: {}, callers },
      process: { pid: '200', isOlderThanDisk: false },
      modes: {},
      findings: [],
    })),
  );
  return {
    inventory,
    states,
    facts: { cells: [], listeners: [], certificates: [], components: [...ofServers, ...ofGateways] },
  };
}

export function federationPlanInput({ inventory, facts, states }: Federation, text: string): PlanInput {
  const playbook = parsePlaybook(text, 'playbook.yaml', 'd3');
  const tasks = resolveTasks(playbook, inventory, facts, operationNamed);
  const found = new Map<string, Json>(
    tasks.map(({ operation, params }) => {
      const subject = operation.subject(params);
      return [subject, states.get(subject) ?? null];
    }),
  );
  return { playbook, inventory, facts, tasks, states: found, operations: operationNamed };
}
