// strictstep probe: what ports offer, from their own answers; and whether that is as asked.
import { EXIT } from '../../core/errors.ts';
import { renderProbeText } from '../../report/probe-text.ts';
import { probeEndpoint, type ProbeReport, type Starttls } from '../../tls/probe-endpoint.ts';
import { announcePorts } from '../announce.ts';
import { writeJson, writeResult } from '../output.ts';
import { eachBounded, parsePause, readTargets } from '../probe-targets.ts';
import type { Measured, MeasureFlags } from '../probe-verdicts.ts';
import type { GlobalFlags } from '../program.ts';

export type ProbeFlags = GlobalFlags &
  MeasureFlags & {
    readonly starttls: Starttls;
    readonly serverName?: string;
    readonly domain?: string;
    readonly alpn?: string;
    readonly pause?: string;
    readonly quick: boolean;
    readonly targets?: string;
    readonly detailedExitcode: boolean;
  };

const TIMEOUT_MS = 5000;
/** Each port is asked over several connections at once already. */
const PORTS_AT_ONCE = 8;

export async function probe(endpoints: readonly string[], flags: ProbeFlags): Promise<void> {
  const targets = await readTargets(endpoints, flags.targets);
  const pauseMs = parsePause(flags.pause);
  const measure = isMeasured(flags) ? await (await import('../probe-verdicts.ts')).loadMeasures(flags) : showOnly;
  announcePorts(targets);
  const measured = await eachBounded(targets, PORTS_AT_ONCE, async ({ host, port }) => {
    const { domain, alpn, quick, starttls } = flags;
    // XEP-0368: direct TLS names the XMPP domain.
    const serverName = flags.serverName ?? (alpn === undefined ? undefined : domain);
    const target = {
      host,
      port,
      timeoutMs: TIMEOUT_MS,
      ...(serverName !== undefined && { serverName }),
      ...(alpn !== undefined && { applicationProtocol: alpn }),
    };
    const extras = { ...(domain !== undefined && { domain }), ...(pauseMs !== undefined && { pauseMs }) };
    const report = await probeEndpoint(target, { quick, starttls, ...extras });
    return measure(report, new Date());
  });
  const reports = measured.map(({ report }) => report);
  const [only] = reports;
  if (!flags.json) writeResult(measured.map(({ text }) => text).join('\n'));
  else writeJson(only !== undefined && reports.length === 1 ? only : { schema: 1, reports });
  if (reports.some(({ reachable }) => !reachable)) process.exitCode = EXIT.unreachable;
  else if (flags.detailedExitcode && measured.some(({ hasFindings }) => hasFindings)) process.exitCode = EXIT.findings;
}

/** Only then the files of the policies, and what checks their form, are worth loading. */
const isMeasured = ({ policy, expect, baseline }: MeasureFlags): boolean =>
  [policy, expect, baseline].some((file) => file !== undefined);

const showOnly = (report: ProbeReport): Measured => ({ report, text: renderProbeText(report), hasFindings: false });
