// Hosts in memory for discovery: files by path, and what the search would have printed of them. Shapes of WebSphere files as
// in test/products/websphere and docs/products/websphere.md; all names are made up.
import { OperatorError } from '../../src/core/errors.ts';
import type { ReadShell } from '../../src/core/shell.ts';
import { readHost } from '../../src/discover/index.ts';
import type { HostFindings } from '../../src/discover/types.ts';
import { renderSecurityXml } from '../../src/lab/material/security-xml.ts';
import { renderServerIndex } from '../../src/lab/material/serverindex-xml.ts';

export type PaperHost = {
  readonly files: Readonly<Record<string, string>>;
  /** paths that the log-in user may not read */
  readonly unreadable?: readonly string[];
  /** lines that find prints for what it could not enter */
  readonly refused?: readonly string[];
  readonly running?: readonly string[];
  /** below these the first search looks; default: everywhere */
  readonly usual?: readonly string[];
};

export function paperShell(
  host: string,
  { files, unreadable = [], refused = [], running = [], usual = [''] }: PaperHost,
) {
  const asked: string[][] = [];
  const shell: ReadShell = {
    host,
    query: async ({ argv }) => {
      const roots = argv.slice(4);
      asked.push([...roots]);
      const isFirst = asked.length === 1;
      const below = isFirst ? usual : roots;
      const found = Object.keys(files).filter((file) => below.some((root) => file.startsWith(root)));
      const lines = ['s Linux 5.14', `h ${host}`, ...running.map((path) => `r ${path}`)];
      const searched = below.map((root) => `w ${root}`);
      const stdout = [...lines, ...searched, ...found.map((file) => `f ${file}`), ...refused, ''].join('\n');
      return { exitCode: 0, stdout, stderr: '' };
    },
    open: async () => {
      throw new Error('discovery opens no session');
    },
    readFile: async (path) => {
      if (unreadable.includes(path)) {
        throw new OperatorError('FACT_UNREADABLE', `host ${host}: ${path}: the log-in user may not read it`);
      }
      const text = files[path] ?? files[path.replaceAll('/', '\\')];
      return text === undefined ? undefined : Buffer.from(text);
    },
    fileFacts: async () => undefined,
  };
  return { shell, asked };
}

export const discoverPaper = (host: string, paper: PaperHost): Promise<HostFindings> =>
  readHost(paperShell(host, paper).shell, { address: `${host}.acme.example`, search: [] });

export type PaperServer = readonly [name: string, type: string, ...ports: readonly number[]];

export const serverIndex = (hostName: string, ...servers: readonly PaperServer[]): string =>
  renderServerIndex(
    hostName,
    servers.map(([name, type, ...ports]) => ({
      name,
      type,
      endpoints: ports.map((port, at) => ({ name: at === 0 ? 'SOAP_CONNECTOR_ADDRESS' : `PORT_${at}`, port })),
    })),
  );

type PaperCell = {
  readonly cell: string;
  /** node -> its serverindex.xml */
  readonly nodes: Readonly<Record<string, string>>;
  /** whose profile it is; absent: no bin/setupCmdLine */
  readonly own?: string;
  readonly security?: string;
};

/** The files of one profile. */
export const profileFiles = (path: string, { cell, nodes, own, security }: PaperCell): Record<string, string> => ({
  [`${path}/config/cells/${cell}/security.xml`]: security ?? renderSecurityXml(cell, Object.keys(nodes)),
  ...Object.fromEntries(
    Object.entries(nodes).map(([node, text]) => [`${path}/config/cells/${cell}/nodes/${node}/serverindex.xml`, text]),
  ),
  ...(own === undefined
    ? {}
    : { [`${path}/bin/setupCmdLine.sh`]: `WAS_HOME=/opt/IBM/WAS\nWAS_CELL=${cell}\nWAS_NODE=${own}\n` }),
});

export const MANAGER: PaperServer = ['dmgr', 'DEPLOYMENT_MANAGER', 8879];
export const AGENT: PaperServer = ['nodeagent', 'NODE_AGENT', 8878];
