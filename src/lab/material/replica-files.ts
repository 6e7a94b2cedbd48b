// What a node's replica holds of the master configuration, below `<profile>/config`: the cell's documents, the node's own,
// and the port tables of the other nodes.

export const replicaFiles = (
  cell: string,
  node: string,
  nodes: readonly string[],
  servers: readonly string[],
): readonly string[] => [
  `cells/${cell}/security.xml`,
  `cells/${cell}/key.p12`,
  `cells/${cell}/trust.p12`,
  `cells/${cell}/nodes/${node}/key.p12`,
  `cells/${cell}/nodes/${node}/trust.p12`,
  ...servers.map((server) => `cells/${cell}/nodes/${node}/servers/${server}/server.xml`),
  ...nodes.map((one) => `cells/${cell}/nodes/${one}/serverindex.xml`),
];
