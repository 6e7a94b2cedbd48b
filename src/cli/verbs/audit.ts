// strictstep audit: every TLS listener of an inventory, asked with hellos and measured. Reads the hosts to find the ports,
// writes nothing there.
import { readListenerPorts } from '../../check/listener-ports.ts';
import { EXIT } from '../../core/errors.ts';
import { canonicalJson } from '../../core/json.ts';
import { renderAuditHtml } from '../../report/audit/html.ts';
import { renderAuditJunit } from '../../report/audit/junit.ts';
import { renderAuditSarif } from '../../report/audit/sarif.ts';
import { renderAuditText } from '../../report/audit/text.ts';
import type { Audit, AuditEntry, AuditedPort } from '../../report/audit/types.ts';
import { probeEndpoint } from '../../tls/probe-endpoint.ts';
import { announcePorts } from '../announce.ts';
import { openAnnounced } from '../announced-world.ts';
import { findingsOf } from '../audit-findings.ts';
import { awaiting } from '../heartbeat.ts';
import { loadDeployment } from '../inputs.ts';
import { writeJson, writeLog, writeResult } from '../output.ts';
import { eachBounded, parsePause } from '../probe-targets.ts';
import { loadMeasures, type MeasureFlags } from '../probe-verdicts.ts';
import type { GlobalFlags } from '../program.ts';
import { readVersion } from '../version.ts';
import { writeOwnFile } from '../write-file.ts';

export type AuditFlags = GlobalFlags &
  MeasureFlags & {
    readonly inventory: string;
    readonly quick: boolean;
    readonly pause?: string;
    readonly html?: string;
    readonly sarif?: string;
    readonly junit?: string;
    readonly force: boolean;
    readonly detailedExitcode: boolean;
  };

const TIMEOUT_MS = 5000;
/** Each port is asked over several connections at once already. */
const PORTS_AT_ONCE = 8;

export async function audit(flags: AuditFlags): Promise<void> {
  const measure = await loadMeasures(flags);
  const pauseMs = parsePause(flags.pause);
  const startedAt = new Date().toISOString();
  const ports = await portsOf(flags);
  announcePorts(ports.filter(({ isRunning }) => isRunning).map(({ address: host, port }) => ({ host, port })));
  let done = 0;
  const entries = await eachBounded(ports, PORTS_AT_ONCE, async (listener): Promise<AuditEntry> => {
    const { name, address: host, port, isRunning } = listener;
    const probed = isRunning
      ? await probeEndpoint(
          { host, port, timeoutMs: TIMEOUT_MS },
          { quick: flags.quick, ...(pauseMs !== undefined && { pauseMs }) },
        )
      : undefined;
    const report = probed && measure(probed, new Date()).report;
    done += 1;
    writeLog(`${done}/${ports.length} ${name} ${host}:${port}${isRunning ? '' : ' (not running)'}`);
    return { listener, report: report ?? null, findings: report === undefined ? [] : findingsOf(report) };
  });
  const findings = entries.flatMap((entry) => entry.findings);
  const inconclusive = findings.filter(({ isInconclusive }) => isInconclusive).length;
  const violations = findings.length - inconclusive;
  const measuredBy = [
    ...(flags.policy === undefined ? [] : [`policy ${flags.policy}`]),
    ...(flags.expect === undefined ? [] : [`expectation ${flags.expect}`]),
    ...(flags.baseline === undefined ? [] : [`baseline ${flags.baseline}`]),
  ];
  const { inventory } = flags;
  await tell({ strictstep: readVersion(), startedAt, inventory, measuredBy, entries, violations, inconclusive }, flags);
  if (violations > 0 && flags.detailedExitcode) process.exitCode = EXIT.findings;
  else if (inconclusive > 0) process.exitCode = EXIT.inconclusive;
}

async function portsOf({ inventory: inventoryFile, input }: AuditFlags): Promise<readonly AuditedPort[]> {
  const { inventory, certificates, logins } = await loadDeployment(inventoryFile, new Date(), input);
  using _reading = awaiting(`the answers of ${inventory.hosts.length} hosts`);
  const { signal } = new AbortController();
  await using world = await openAnnounced('reading', { inventory, certificates, logins, signal });
  return await readListenerPorts(inventory, world.reader);
}

/** The JSON form holds the reports as probe --json prints them, so it is a baseline for the next audit. */
async function tell(found: Audit, flags: AuditFlags): Promise<void> {
  const json = { schema: 1, ...found, reports: found.entries.flatMap(({ report }) => report ?? []) };
  const files = [
    [flags.html, () => renderAuditHtml(found)],
    [flags.sarif, () => `${canonicalJson(renderAuditSarif(found, process.cwd()))}\n`],
    [flags.junit, () => renderAuditJunit(found)],
  ] as const;
  if (flags.json) writeJson(json);
  else writeResult(renderAuditText(found));
  for (const [file, render] of files)
    if (file !== undefined) await writeOwnFile(file, render(), { mode: 0o644, force: flags.force });
}
