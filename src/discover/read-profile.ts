// One WebSphere profile: whose it is, what its servers are, and what decides on TLS in it. All from its files.
import type { ReadShell } from '../core/shell.ts';
import { readJavaDisabled } from '../facts/java.ts';
import { parseDataSources } from '../products/websphere/data-sources.ts';
import { directAliases, dynamicSelections, isSecurityOn } from '../products/websphere/direct-settings.ts';
import { readClientProperties } from '../products/websphere/client-properties.ts';
import {
  clientPropertiesFile,
  configRoot,
  javaSecurityBelow,
  javaSecurityFiles,
  securityDocument,
} from '../products/websphere/profile-paths.ts';
import { parsePropertyLines } from '../products/websphere/property-lines.ts';
import { parseSecurityXml } from '../products/websphere/security-xml.ts';
import { parseSetupCommandLine, type CommandLineSetup } from '../products/websphere/setup-command-line.ts';
import { attempt, readBytes, readText } from './attempt.ts';
import type { ProfilePlace } from './places.ts';
import { readNodes } from './read-nodes.ts';
import { readFoundStores } from './read-stores.ts';
import type { FoundNode, FoundProfile, LogForm, Problem, ProfileKind } from './types.ts';

export type ProfileSource = {
  readonly shell: ReadShell;
  readonly files: readonly string[];
  readonly problems: Problem[];
};

export async function readProfile(
  source: ProfileSource,
  { path, cells }: ProfilePlace,
  registeredAs: string | undefined,
): Promise<FoundProfile> {
  const { shell, files, problems } = source;
  const setup = await readSetup(source, path);
  const cell = setup.cell ?? (cells.length === 1 ? cells[0] : undefined);
  if (cell === undefined && cells.length > 1) {
    problems.push({ path, text: `profile with ${cells.length} cells (${cells.join(', ')}) and no bin/setupCmdLine` });
  }
  const nodes = cell === undefined ? [] : await readNodes(source, path, cell);
  const node = setup.node ?? guessNode(files, path, cell, nodes);
  const own = nodes.find((one) => one.node === node);
  const kind = kindOf(own);
  const where = { host: shell.host, path: `${configRoot(path)}/${securityDocument(cell ?? '')}` };
  const security = cell === undefined ? undefined : await readText(shell, where.path, problems);
  const fromSecurity = async <Value>(work: (text: string) => Value): Promise<Value | undefined> =>
    security === undefined ? undefined : await attempt(problems, where.path, () => work(security));
  const model = await fromSecurity((text) => parseSecurityXml(text, where));
  return {
    host: shell.host,
    path,
    name: registeredAs ?? path.slice(path.lastIndexOf('/') + 1),
    registered: registeredAs !== undefined,
    kind,
    cell: cell ?? null,
    node: node ?? null,
    nodes,
    logs: logsOf(files, path, own),
    security: model ?? null,
    isSecured: (await fromSecurity((text) => isSecurityOn(text, where))) ?? null,
    directAliases: (await fromSecurity((text) => directAliases(text, 'security:Security', where))) ?? [],
    dynamicSelections: (await fromSecurity((text) => dynamicSelections(text, where))) ?? [],
    stores:
      kind === 'manager' && model !== undefined && security !== undefined
        ? await readFoundStores(source, configRoot(path), model, security)
        : [],
    ...(await readClientFiles(source, path)),
    ...(await readJava(source, path, setup)),
    dataSources: cell === undefined ? [] : await readDataSources(source, path, cell),
  };
}

async function readSetup({ shell, files, problems }: ProfileSource, path: string): Promise<CommandLineSetup> {
  for (const name of ['setupCmdLine.sh', 'setupCmdLine.bat']) {
    const file = `${path}/bin/${name}`;
    const text = files.includes(file) ? await readText(shell, file, problems) : undefined;
    if (text !== undefined) return parseSetupCommandLine(text);
  }
  return { cell: undefined, node: undefined, installation: undefined, java: undefined };
}

/** Without the profile's own word: the manager's node in the manager's profile; else the only node whose servers are there. */
function guessNode(
  files: readonly string[],
  path: string,
  cell: string | undefined,
  nodes: readonly FoundNode[],
): string | undefined {
  const root = `${configRoot(path)}/cells/${cell}/nodes`;
  const own = nodes.filter(({ node }) => files.some((file) => file.startsWith(`${root}/${node}/servers/`)));
  if (own.length === 1) return own[0]?.node;
  return own.find(({ servers }) => servers.some(({ type }) => type === 'DEPLOYMENT_MANAGER'))?.node;
}

function kindOf(own: FoundNode | undefined): ProfileKind {
  const types = own?.servers.map(({ type }) => type) ?? [];
  if (types.includes('DEPLOYMENT_MANAGER')) return 'manager';
  if (types.includes('NODE_AGENT')) return 'managed';
  return types.length > 0 ? 'standalone' : 'incomplete';
}

const logsOf = (
  files: readonly string[],
  path: string,
  own: FoundNode | undefined,
): Readonly<Record<string, LogForm>> =>
  Object.fromEntries(
    (own?.servers ?? []).map(({ name }): readonly [string, LogForm] => {
      // With HPEL an old SystemOut.log may still lie there: what is written now counts.
      if (files.includes(`${path}/logs/${name}/logdata`)) return [name, 'HPEL'];
      return [name, files.includes(`${path}/logs/${name}/SystemOut.log`) ? 'SystemOut.log' : 'none found'];
    }),
  );

async function readClientFiles(
  { shell, problems }: ProfileSource,
  path: string,
): Promise<Pick<FoundProfile, 'clientProtocol' | 'hasLogin'>> {
  const file = clientPropertiesFile(path);
  const ssl = await readBytes(shell, file, problems);
  const read =
    ssl && (await attempt(problems, file, () => readClientProperties(ssl, { host: shell.host, path: file })));
  const soap = await readBytes(shell, `${path}/properties/soap.client.props`, problems);
  const user = soap && parsePropertyLines(soap).findLast(({ key }) => key === 'com.ibm.SOAP.loginUserid');
  return { clientProtocol: read?.protocol ?? null, hasLogin: soap === undefined ? null : (user?.value ?? '') !== '' };
}

/** The Java that strictstep would find by itself; else the one that the profile names. */
async function readJava(
  { shell, files, problems }: ProfileSource,
  path: string,
  { java, installation }: CommandLineSetup,
): Promise<Pick<FoundProfile, 'java' | 'javaDisabled'>> {
  const isUsual = javaSecurityFiles(path).some((file) => files.includes(file));
  const named = [
    java,
    ...(installation === undefined ? [] : ['java/8.0', 'java'].map((part) => `${installation}/${part}`)),
  ];
  const homes = named.flatMap((home) => (home === undefined ? [] : [`${home}/jre`, home]));
  const home = isUsual ? undefined : homes.find((one) => files.includes(javaSecurityBelow(one)));
  const place = { file: path, line: 1, column: 1 };
  const { javaDisabled } =
    (await attempt(problems, path, () => readJavaDisabled(shell, { profile: path, java: home, place }))) ?? {};
  return { java: home ?? null, javaDisabled: javaDisabled ?? null };
}

async function readDataSources(
  { shell, files, problems }: ProfileSource,
  path: string,
  cell: string,
): Promise<FoundProfile['dataSources']> {
  const root = `${configRoot(path)}/`;
  const found = files.filter((file) => file.startsWith(`${root}cells/${cell}/`) && file.endsWith('/resources.xml'));
  const read = await Promise.all(
    found.map(async (file) => {
      const text = await readText(shell, file, problems);
      const source = { host: shell.host, path: file };
      const sources = text && (await attempt(problems, file, () => parseDataSources(text, source)));
      const scope = file.slice(root.length, file.lastIndexOf('/'));
      return (sources || []).map((one) => ({ ...one, scope }));
    }),
  );
  return read.flat();
}
