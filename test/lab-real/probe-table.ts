// What the TLS ports of a lab's deployment answer to raw hellos, one line per port: the table that must be the same for both
// tiers. Certificates by subject: each lab has keys of its own.
import { addressOf, places, portOf, processName } from '../../src/lab/site.ts';
import type { Site } from '../../src/lab/site.ts';
import { probeVersions } from '../../src/tls/probe-versions.ts';
import { summarizeCertificate } from '../../src/tls/summarize-certificate.ts';

export async function probeTable(site: Site): Promise<readonly string[]> {
  const rows: string[] = [];
  for (const place of places(site.scenario)) {
    for (const endpoint of place.server.endpoints) {
      const target = { host: addressOf(site, place.profile.host), port: portOf(site, endpoint), timeoutMs: 10_000 };
      const { protocols, chain } = await probeVersions(target);
      const verdicts = Object.entries(protocols).map(([version, verdict]) => `${version} ${verdict}`);
      const subjects = chain.map((certificate) => summarizeCertificate(certificate).subject);
      rows.push([`${processName(place)} ${endpoint.name}`, ...verdicts, ...subjects].join('; '));
    }
  }
  return rows;
}
