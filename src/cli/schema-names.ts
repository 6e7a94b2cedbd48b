// The kinds of files that an editor can check while they are written.
export const SCHEMA_NAMES = ['inventory', 'playbook', 'policy', 'expectation', 'waivers', 'answers'] as const;
export type SchemaName = (typeof SCHEMA_NAMES)[number];
