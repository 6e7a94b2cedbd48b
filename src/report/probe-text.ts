// The answer of a probe for the terminal.
import type { ProbeReport } from '../tls/probe-endpoint.ts';

export function renderProbeText(report: ProbeReport): string {
  if (!report.reachable) return `${report.host}:${report.port} is not reachable\n`;
  const lines = [`${report.host}:${report.port}  ${report.connections} connections, ${report.durationMs} ms`, ''];
  for (const [version, verdict] of Object.entries(report.protocols)) {
    lines.push(`  ${version.padEnd(8)} ${verdict}`);
    const suites = Object.entries(report.ciphers).find(([name]) => name === version)?.[1] ?? [];
    for (const { iana, bits, forwardSecrecy } of suites) {
      lines.push(`             ${iana} (${bits} bits${forwardSecrecy ? ', forward secrecy' : ''})`);
    }
  }
  lines.push(
    '',
    `client certificate: ${report.clientCertificate}`,
    ...(report.applicationProtocol === undefined
      ? []
      : [`application protocol: ${report.applicationProtocol ?? 'none chosen'}`]),
    `chain (${report.chainComplete ? 'complete' : 'NOT complete'}):`,
  );
  for (const { subject, notAfter, keyBits, signature } of report.chain) {
    lines.push(`  ${subject}, until ${notAfter.slice(0, 10)}, ${keyBits} bits, ${signature}`);
  }
  return `${lines.join('\n')}\n`;
}
