// Community servers, multiplexers and directories: what their files say, what their ports answer. Servers side by side;
// the ports of one server one after another, so that a scan does not become a load.
import type { CertificateSummary } from '../core/certificate.ts';
import type { ReadContext } from '../core/operation.ts';
import type { ComponentSettings, EndpointSettings } from '../core/topology-change.ts';
import type { CommunityServerEntry, Inventory, NeighbourEntry } from '../inventory/types.ts';
import type { CommunityMember } from '../operations/community-member.ts';
import { modelOf, objectionsTo } from '../operations/community-model.ts';
import type { CommunityState } from '../operations/community-state.ts';
import { readCommunityProcess } from '../operations/community-process.ts';
import { readCommunity } from '../operations/read-community.ts';
import { probeMode } from '../tls/probe-mode.ts';
import { probeVersions } from '../tls/probe-versions.ts';
import { summarizeCertificate } from '../tls/summarize-certificate.ts';
import type { ProtocolVersion } from '../tls/types.ts';
import { gatherFederations } from './federations.ts';
import type { ComponentFacts, Facts, ProbedMode } from './types.ts';

const QUESTION_TIMEOUT_MS = 5000;
const ASKED: readonly ProtocolVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

export type FoundComponents = {
  readonly components: readonly ComponentFacts[];
  /** every certificate that a port showed */
  readonly served: readonly CertificateSummary[];
};

/** @param known what the inventory's files show of servers of others */
export async function gatherComponents(
  { communities, federations = [] }: Inventory,
  context: ReadContext,
  known: Pick<Facts, 'clientCertificates'>,
): Promise<FoundComponents> {
  const served = new Map<string, CertificateSummary>();
  const members = communities.flatMap(({ servers }) => servers.map((server) => ofMember(server, context, served)));
  const directories = communities.flatMap(({ neighbours }) =>
    neighbours.filter(({ kind }) => kind === 'ldap').map((neighbour) => ofDirectory(neighbour, served)),
  );
  const components = await Promise.all([...members, ...directories]);
  const ofFederations = await gatherFederations(federations, context, served, known);
  return { components: [...components, ...ofFederations], served: [...served.values()] };
}

type Served = Map<string, CertificateSummary>;

/** @throws OperatorError FACT_UNREADABLE */
async function ofMember(server: CommunityServerEntry, context: ReadContext, served: Served): Promise<ComponentFacts> {
  const member = memberOf(server);
  const state = await readCommunity(context, member);
  const disk = modelOf(state, member);
  const shell = await context.shell(server.host);
  const paths = [server.ini, ...Object.keys(state.stores)];
  const files = await Promise.all(
    [...new Set(paths)].map(async (path) => ({ path, sha256: (await shell.fileFacts(path))?.sha256 ?? 'absent' })),
  );
  const answers: Record<string, Answer> = {};
  for (const [name, port] of Object.entries(server.ports))
    answers[name] = await askPort(server.address, port, disk.listeners[name], served);
  const { pid, isOlder } = await readCommunityProcess(shell, member);
  return {
    component: `${server.community}/${server.name}`,
    host: server.host,
    files: files.toSorted((a, b) => (a.path < b.path ? -1 : 1)),
    disk,
    running: { listeners: listenersOf(answers), callers: disk.callers },
    process: { pid, isOlderThanDisk: isOlder },
    modes: Object.fromEntries(Object.entries(answers).map(([name, { mode }]) => [name, mode])),
    findings: [...passwordFindings(state, server), ...objectionsTo(state, member)],
  };
}

const PASSWORDS = {
  cleartext: 'is written in cleartext; name a stash file, and the server keeps it there',
  wrong: 'does not open the store that it is for',
  lost: 'is neither written nor in its stash file',
} as const;

const passwordFindings = ({ passwords }: CommunityState, { ini }: CommunityServerEntry): readonly string[] =>
  Object.entries(passwords).flatMap(([key, form]) => (form === 'stash' ? [] : [`${key} of ${ini} ${PASSWORDS[form]}`]));

type Answer = { readonly mode: ProbedMode; readonly endpoint: EndpointSettings | undefined };

const listenersOf = (answers: Readonly<Record<string, Answer>>): ComponentSettings['listeners'] =>
  Object.fromEntries(
    Object.entries(answers).flatMap(([name, { endpoint }]) => (endpoint === undefined ? [] : [[name, endpoint]])),
  );

/** What a hello does not tell, such as whether a client certificate is needed, is taken from the disk. */
async function askPort(
  host: string,
  port: number,
  disk: EndpointSettings | undefined,
  served: Served,
): Promise<Answer> {
  const target = { host, port, timeoutMs: QUESTION_TIMEOUT_MS };
  const { mode } = await probeMode(target);
  if (mode === 'inconclusive') return { mode, endpoint: undefined };
  const silent = { protocols: [], chain: [], names: [] };
  const shown = mode === 'legacy' ? silent : await askTls(target, served);
  const { clientCertificate = 'none', trusts = null, trustedNames = [] } = disk ?? {};
  const endpoint = { clear: mode !== 'strict', clientCertificate, trusts, trustedNames, because: `probed ${mode}` };
  return { mode, endpoint: { ...endpoint, ...shown } };
}

async function askTls(
  target: { readonly host: string; readonly port: number; readonly timeoutMs: number },
  served: Served,
): Promise<Pick<EndpointSettings, 'protocols' | 'chain' | 'names'>> {
  const { protocols, chain } = await probeVersions(target, ASKED);
  const summaries = chain.map((der) => summarizeCertificate(der));
  for (const summary of summaries) served.set(summary.sha256, summary);
  return {
    protocols: ASKED.filter((version) => protocols[version] === 'accepted'),
    chain: summaries.map(({ sha1 }) => sha1),
    names: summaries[0]?.names ?? [],
  };
}

/** A directory that does not answer with TLS is taken to be one that is called without. */
async function ofDirectory(neighbour: NeighbourEntry, served: Served): Promise<ComponentFacts> {
  const { community, name, kind, address = '', port = 0 } = neighbour;
  const shown = await askTls({ host: address, port, timeoutMs: QUESTION_TIMEOUT_MS }, served);
  const isTls = shown.protocols.length > 0;
  const endpoint: EndpointSettings = {
    clear: !isTls,
    ...shown,
    clientCertificate: 'none',
    trusts: null,
    because: isTls ? 'probed' : 'no TLS when it was probed',
  };
  const settings: ComponentSettings = { listeners: { [kind]: endpoint }, callers: {} };
  return {
    component: `${community}/${name}`,
    host: '',
    files: [],
    disk: settings,
    running: settings,
    process: { pid: null, isOlderThanDisk: false },
    modes: { [kind]: isTls ? 'strict' : 'inconclusive' },
    findings: [],
  };
}

/** The form in which operations know it. */
const memberOf = ({ name, kind, ports, user, ...entry }: CommunityServerEntry): CommunityMember => ({
  ...entry,
  server: name,
  memberKind: kind,
  serverPort: ports.server ?? null,
  clientPort: ports.client ?? null,
  user: user ?? null,
});
