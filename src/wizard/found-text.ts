// What was found on the hosts, in a few lines, for a person who chooses what it is for.
import { cellsOf } from '../discover/index.ts';
import type { Discovery } from '../discover/types.ts';

export function foundText(discovery: Discovery): string {
  const { cells, standalone } = cellsOf(discovery);
  const lines = cells.map(({ name, nodes, manager }) => {
    const own = nodes.filter(({ hasAgent }) => hasAgent);
    const where = manager === null ? 'its deployment manager was not found' : `deployment manager on ${manager.host}`;
    return `cell ${name}: ${where}; ${own.length} node${own.length === 1 ? '' : 's'}: ${own.map(({ node, profile }) => `${node} (${profile?.host ?? 'not found'})`).join(', ')}`;
  });
  const others = discovery.hosts.flatMap((host) => [
    ...host.communityServers.map(
      ({ kind, modes }) =>
        `${host.host}: community ${kind}, ${Object.entries(modes)
          .map(([port, mode]) => `${port} port ${mode}`)
          .join(', ')}`,
    ),
    ...host.messagingServers.map(
      ({ domain }) => `${host.host}: Sun Instant Messaging for ${domain ?? 'an unknown domain'}`,
    ),
    ...host.databases.map((command) => `${host.host}: database command ${command}`),
    ...host.problems.map(({ path, text }) => `${host.host}: ${text.includes(path) ? text : `${path}: ${text}`}`),
  ]);
  const alone = standalone.map(({ host, path }) => `${host}: ${path} is a server of its own; it is not changed`);
  const lost = cells.flatMap(({ nodes }) => nodes.filter(({ hasAgent, profile }) => hasAgent && profile === null));
  const advice = lost.map(
    ({ node, hostName }) => `node ${node} is on a machine that was not named (${hostName}): go back and add it`,
  );
  return ['Found:', ...[...lines, ...others, ...alone, ...advice].map((line) => `  ${line}`)].join('\n');
}
