// Sun Instant Messaging servers and gateways: what their files say, what their ports prove. Servers side by side, the ports of
// one server one after another. Strict is told by refusals, see health/read-stream-mode.ts.
import type { ReadContext } from '../core/operation.ts';
import type { ComponentSettings } from '../core/topology-change.ts';
import type { FederationEntry, SunImGatewayEntry, SunImServerEntry } from '../inventory/types.ts';
import { readIimFile, readSunIm } from '../operations/read-sun-im.ts';
import { readGatewayState } from '../operations/sun-im-gateway/index.ts';
import { gatewayCallers } from '../operations/sun-im-gateway-model.ts';
import { findingText, modelOf, storesOf } from '../operations/sun-im-model.ts';
import { pidFileOf, readSunImProcess } from '../operations/sun-im-process.ts';
import type { SunImMember } from '../operations/sun-im-server.ts';
import { lookAtProcess } from '../operations/component-process.ts';
import { lintSunIm } from '../products/sun-im/lint.ts';
import { readModes } from '../products/sun-im/mode.ts';
import { protocolFloor } from '../products/sun-im/results.ts';
import { readSettings } from '../products/sun-im/settings.ts';
import type { MeasuredProtocols } from '../products/sun-im/types.ts';
import { memberOf } from './federation-member.ts';
import { askSsl, askStream, runningCallers, runningListeners, type Served } from './federation-ports.ts';
import type { ComponentFacts, Facts } from './types.ts';

/** @param served gets every certificate that a port showed
 * @throws OperatorError FACT_UNREADABLE */
export const gatherFederations = async (
  federations: readonly FederationEntry[],
  context: ReadContext,
  served: Served,
  known: Known,
): Promise<readonly ComponentFacts[]> =>
  (
    await Promise.all(
      federations.map(async (federation) =>
        Promise.all([
          ...federation.servers.map((server) => ofServer(server, federation, context, served, known)),
          ...federation.gateways.map((gateway) => ofGateway(gateway, federation, context)),
        ]),
      ),
    )
  ).flat();

/** What the inventory's files show of servers of others. */
type Known = Pick<Facts, 'clientCertificates'>;

async function ofServer(
  server: SunImServerEntry,
  federation: FederationEntry,
  context: ReadContext,
  served: Served,
  known: Known,
): Promise<ComponentFacts> {
  const member = memberOf(server, known);
  const state = await readSunIm(context, member);
  const disk = modelOf(state, member);
  const shell = await context.shell(server.host);
  const paths = [server.config, ...Object.keys(state.stores), ...Object.keys(state.passwordFiles)];
  const files = await Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, sha256: (await factsOf(shell, path)) ?? 'absent' })),
  );
  const client = await askStream(server, 'client', served);
  const ssl = client.mode === 'inconclusive' ? await askSsl(server, served) : undefined;
  const peer = await askStream(server, 'server', served);
  const { pid, isOlder } = await readSunImProcess(shell, member);
  const { protocols: measuredServer } = client.mode === 'inconclusive' ? peer : client;
  return {
    component: `${server.federation}/${server.name}`,
    host: server.host,
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    disk,
    running: { listeners: runningListeners(disk, { client, ssl, peer }), callers: runningCallers(disk, peer.mode) },
    process: { pid, isOlderThanDisk: isOlder },
    // One port has one of the two.
    modes: { ...(ssl === undefined ? { client: client.mode } : { mux: ssl.mode }), server: peer.mode },
    findings: await findingsOf(server, ownHostsOf(server, federation), member, context, {
      ...(measuredServer.length === 0 ? {} : { server: measuredServer }),
      ...(ssl === undefined ? {} : { mux: ssl.protocols }),
    }),
  };
}

/** A store that this account cannot read has a finding. */
const factsOf = async (shell: Awaited<ReturnType<ReadContext['shell']>>, path: string): Promise<string | undefined> =>
  (await shell.fileFacts(path).catch(() => undefined))?.sha256;

/** Where several servers share an address, it does not tell a coserver from the server itself. */
const ownHostsOf = ({ address }: SunImServerEntry, { servers, peers }: FederationEntry): readonly string[] =>
  [...servers, ...peers].filter((one) => one.address === address).length > 1 ? [] : [address];

async function findingsOf(
  server: SunImServerEntry,
  ownHosts: readonly string[],
  member: SunImMember,
  context: ReadContext,
  measured: MeasuredProtocols,
): Promise<readonly string[]> {
  const shell = await context.shell(server.host);
  const conf = await readIimFile(shell, server);
  const state = await readSunIm(context, member);
  const found = lintSunIm(conf, { ownHosts, stores: storesOf(state, member) });
  const read = readSettings(conf);
  const modes = readModes(read);
  const isTls = modes.streams !== 'plain' || modes.muxLegacySsl === true;
  const floor = isTls ? protocolFloor(modes, 'TLSv1.2', { ...server.offers, ...measured }) : [];
  const listed = read.coservers.filter(({ isListed }) => isListed).map(({ name }) => name);
  const name = `${server.federation}/${server.name}`;
  return [
    ...found.filter(({ severity }) => severity !== 'note').map((finding) => findingText(finding, member)),
    ...listed
      .filter((coserver) => server.coservers[coserver] === undefined)
      .map(
        (coserver) =>
          `${name}: coserver ${coserver} of ${server.config} is not in the inventory, so its link is not proved`,
      ),
    ...Object.keys(server.coservers)
      .filter((coserver) => !listed.includes(coserver))
      .map((coserver) => `${name}: coserver ${coserver} of the inventory is not listed in ${server.config}`),
    ...floor.filter(({ holds }) => !holds).map(({ text, remedy }) => `${name}: protocol floor: ${text}. ${remedy}`),
  ];
}

async function ofGateway(
  gateway: SunImGatewayEntry,
  { servers }: FederationEntry,
  context: ReadContext,
): Promise<ComponentFacts> {
  const shell = await context.shell(gateway.host);
  const state = await readGatewayState(shell, gateway);
  const members = servers.map(({ name, address, ports }) => ({ name, address, ...ports }));
  const callers = gatewayCallers(state.targets, members);
  const settings: ComponentSettings = { listeners: {}, callers };
  const { pid } = await lookAtProcess(shell, pidFileOf(gateway, 'gateway'), []);
  const name = `${gateway.federation}/${gateway.name}`;
  const known = new Set(members.flatMap((one) => [`${one.address}:${one.client}`, `${one.address}:${one.server}`]));
  return {
    component: name,
    host: gateway.host,
    files: [{ path: gateway.config, sha256: (await factsOf(shell, gateway.config)) ?? 'absent' }],
    disk: settings,
    running: settings,
    process: { pid, isOlderThanDisk: state.process === 'old' },
    modes: {},
    findings: Object.entries(state.targets).flatMap(([profile, targets]) =>
      targets === null
        ? [`${name}: ${profile}.hosts of ${gateway.config} is not understood`]
        : targets
            .filter((target) => !known.has(target.toLowerCase()))
            .map(
              (target) =>
                `${name}: ${profile}.hosts of ${gateway.config} names ${target}, which is no server of the inventory`,
            ),
    ),
  };
}
