// strictstep version
import type { GlobalFlags } from '../program.ts';
import { writeJson, writeResult } from '../output.ts';
import { readVersion } from '../version.ts';

export function printVersion({ json }: GlobalFlags): void {
  const versions = { schema: 1, strictstep: readVersion(), node: process.version };
  if (json) writeJson(versions);
  else writeResult(`strictstep ${versions.strictstep} (Node ${versions.node})`);
}
