// Health check replica: a node's copy of the configuration has the digests of the master, taken on both hosts.
import type { HealthContext } from './context.ts';
import type { HealthCheck, HealthResult } from './types.ts';

type ReplicaCheck = Extract<HealthCheck, { kind: 'replica' }>;

export async function checkReplica(check: ReplicaCheck, context: HealthContext): Promise<HealthResult> {
  const [master, node] = [await context.shell(check.masterHost), await context.shell(check.host)];
  const pairs = await Promise.all(
    check.files.map(async (file) => ({
      file,
      wanted: (await master.fileFacts(`${check.masterRoot}/${file}`))?.sha256,
      found: (await node.fileFacts(`${check.root}/${file}`))?.sha256,
    })),
  );
  const stale = pairs.filter(({ wanted, found }) => wanted !== found).map(({ file }) => file);
  return stale.length > 0
    ? { check: check.name, verdict: 'fail', detail: `${check.host} differs from the master in ${stale.join(', ')}` }
    : { check: check.name, verdict: 'pass', detail: `${check.files.length} files equal the master's` };
}
