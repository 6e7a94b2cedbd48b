// What a node's replica holds of the master configuration, below `<profile>/config`.

export const replicaFiles = (cell: string, node: string): readonly string[] => [
  `cells/${cell}/security.xml`,
  `cells/${cell}/key.p12`,
  `cells/${cell}/trust.p12`,
  `cells/${cell}/nodes/${node}/serverindex.xml`,
  `cells/${cell}/nodes/${node}/key.p12`,
  `cells/${cell}/nodes/${node}/trust.p12`,
];
