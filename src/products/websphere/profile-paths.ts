// Where things are below a WebSphere profile. Source: IBM WebSphere 8.5.5 documentation; log and pid names seen in public
// transcripts. Paths are POSIX: they belong to the host, not to the machine strictstep runs on.

export const configRoot = (profile: string): string => `${profile}/config`;
export const cellFolder = (cell: string): string => `cells/${cell}`;
export const nodeFolder = (cell: string, node: string): string => `cells/${cell}/nodes/${node}`;

/** Paths below the configuration root, equal on the deployment manager and on every node. */
export const securityDocument = (cell: string): string => `${cellFolder(cell)}/security.xml`;
export const serverDocument = (cell: string, node: string, server: string): string =>
  `${nodeFolder(cell, node)}/servers/${server}/server.xml`;
export const serverIndexDocument = (cell: string, node: string): string => `${nodeFolder(cell, node)}/serverindex.xml`;

/** Where java.security can be, the likeliest first: WebSphere 9 with Java 8, WebSphere 8.5.5. Undefined: the profile is not
 * below the installation, so only the inventory can tell where its Java is. */
export function javaSecurityFiles(profile: string): readonly string[] {
  const root = installationOf(profile);
  return root === undefined ? [] : ['java/8.0/jre', 'java/jre'].map((home) => `${root}/${javaSecurityBelow(home)}`);
}
export const javaSecurityBelow = (home: string): string => `${home}/lib/security/java.security`;

/** WebSphere's own file, whose lines override those of Java's. Source: IBM WebSphere 9, "java.security file in Java 8". */
export function javaSecurityOverride(profile: string): string | undefined {
  const root = installationOf(profile);
  return root === undefined ? undefined : `${root}/properties/java.security`;
}

const installationOf = (profile: string): string | undefined => /^(.+)\/profiles\/[^/]+\/?$/u.exec(profile)?.[1];

export const clientPropertiesFile = (profile: string): string => `${profile}/properties/ssl.client.props`;
export const clientTrustStore = (profile: string): string => `${profile}/etc/trust.p12`;

export const pidFile = (profile: string, server: string): string => `${profile}/logs/${server}/${server}.pid`;
/** SystemOut.log; missing or old when the server logs in HPEL format. */
export const logFile = (profile: string, server: string): string => `${profile}/logs/${server}/SystemOut.log`;

/** The document path of a key store's location such as ${CONFIG_ROOT}/cells/c1/key.p12; undefined when it is elsewhere. */
export function documentOfLocation(location: string): string | undefined {
  const prefix = '${CONFIG_ROOT}/';
  return location.startsWith(prefix) ? location.slice(prefix.length) : undefined;
}
