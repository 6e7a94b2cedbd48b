// strictstep probe: what a port offers, from its own answers.
import { EXIT, OperatorError } from '../../core/errors.ts';
import { renderProbeText } from '../../report/probe-text.ts';
import { probeEndpoint, type Starttls } from '../../tls/probe-endpoint.ts';
import { writeJson, writeResult } from '../output.ts';
import type { GlobalFlags } from '../program.ts';

type ProbeFlags = GlobalFlags & { readonly starttls: Starttls; readonly serverName?: string; readonly quick: boolean };

const TIMEOUT_MS = 5000;

export async function probe(endpoint: string, flags: ProbeFlags): Promise<void> {
  const { host, port } = parseEndpoint(endpoint);
  const target = {
    host,
    port,
    timeoutMs: TIMEOUT_MS,
    ...(flags.serverName === undefined ? {} : { serverName: flags.serverName }),
  };
  const report = await probeEndpoint(target, { quick: flags.quick, starttls: flags.starttls });
  if (flags.json) writeJson(report);
  else writeResult(renderProbeText(report));
  if (!report.reachable) process.exitCode = EXIT.unreachable;
}

/** `host:port`, `[address]:port` */
function parseEndpoint(text: string): { readonly host: string; readonly port: number } {
  const found = /^(?:\[([0-9a-fA-F:.]+)\]|([^:\s]+)):([0-9]{1,5})$/.exec(text);
  const port = Number(found?.[3]);
  const host = found?.[1] ?? found?.[2];
  if (host === undefined || !(port >= 1 && port <= 65_535)) {
    throw new OperatorError('USAGE', `${text} is not HOST:PORT`, {
      hint: 'Write it like chat.example.org:443 or [::1]:9443.',
    });
  }
  return { host, port };
}
