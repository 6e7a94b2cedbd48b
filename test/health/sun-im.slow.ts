// Health checks stream and ping against the servers of the Sun IM lab, over real sockets and real TLS.
import { expect, test } from 'vitest';
import { Secret } from '../../src/core/secret.ts';
import type { HealthContext } from '../../src/health/context.ts';
import { executeHealthCheck } from '../../src/health/index.ts';
import type { HealthCheck } from '../../src/health/types.ts';
import { loadInventory } from '../../src/inventory/index.ts';
import type { SunImServerEntry } from '../../src/inventory/types.ts';
import type { SunImLab } from '../../src/lab/sun-im/index.ts';
import { passwordFile } from '../../src/lab/sun-im/site.ts';
import { readFileSync } from 'node:fs';
import { setConf } from '../helpers/sun-im-host.ts';
import { openTestSunIm, setMode, refresh } from '../helpers/sun-im-lab.ts';
import { makeFakeHost } from '../helpers/fake-host.ts';

const contextOf = (lab: SunImLab, password?: string): HealthContext => ({
  shell: async (name) => makeFakeHost(name).shell,
  pause: async () => undefined,
  callersBefore: () => undefined,
  logOffset: () => undefined,
  login: (owner) => {
    const name = owner.split('/')[1] ?? '';
    const given = password ?? readFileSync(passwordFile(lab.site, `probe@${name}`), 'utf8').trim();
    return { user: 'probe', password: new Secret(given, 'password of probe') };
  },
});

async function serverOf(lab: SunImLab, name: string): Promise<SunImServerEntry> {
  const { federations = [] } = await loadInventory(lab.inventoryFile);
  const found = federations[0]?.servers.find((server) => server.name === name);
  if (found === undefined) throw new Error(`the lab has no ${name}`);
  return found;
}

const stream = (
  { address, ports, domain }: SunImServerEntry,
  is: 'legacy' | 'dynamic' | 'strict',
  service: 'client' | 'server' = 'client',
): HealthCheck => ({
  kind: 'stream',
  name: 'streams',
  address,
  port: ports[service],
  domain,
  service,
  is,
  chainSha256: null,
  deadlineMs: 0,
});
const ping = ({ address, ports, domain, name }: SunImServerEntry, to: string): HealthCheck => ({
  kind: 'ping',
  name: 'ping',
  address,
  port: ports.client,
  domain,
  login: `chat/${name}`,
  to,
  deadlineMs: 0,
});

test('a port is what its streams prove, and not what a client gets through with', { timeout: 60_000 }, async () => {
  await using lab = await openTestSunIm();
  const im1 = await serverOf(lab, 'im1');
  const context = contextOf(lab);
  const words = ['legacy', 'dynamic', 'strict'] as const;
  for (const [mode, is] of [
    ['plain', 'legacy'],
    ['dynamic', 'dynamic'],
    ['strict', 'strict'],
  ] as const) {
    if (mode !== 'plain') await setMode(lab, 'im1', mode);
    for (const word of words) {
      for (const service of ['client', 'server'] as const) {
        const { verdict, detail } = await executeHealthCheck(stream(im1, word, service), context);
        expect({ mode, word, service, verdict, detail }).toMatchObject({ verdict: word === is ? 'pass' : 'fail' });
      }
    }
  }
  const { detail } = await executeHealthCheck(stream(im1, 'strict'), context);
  expect(detail).toMatch(/startTLS is required, a log-in without it is refused; TLSv1 with TLS_/);
});

test('a certificate for another domain, or another chain, fails; a port that is closed is inconclusive', async () => {
  await using lab = await openTestSunIm();
  await setMode(lab, 'im1', 'dynamic');
  const im1 = await serverOf(lab, 'im1');
  const context = contextOf(lab);
  const wrong = { ...stream(im1, 'dynamic'), chainSha256: ['AA:BB'] } as HealthCheck;
  expect(await executeHealthCheck(wrong, context)).toMatchObject({
    verdict: 'fail',
    detail: expect.stringContaining('beginning with AA:BB') as unknown,
  });
  setConf(lab, 'im1', { 'iim_server.domainname': 'im1.other.example' });
  await refresh(lab, 'im1');
  const other = stream({ ...im1, domain: 'im1.other.example' }, 'dynamic');
  expect(await executeHealthCheck(other, context)).toMatchObject({
    verdict: 'fail',
    detail: expect.stringMatching(/serves a certificate for .*, and the domain is im1\.other\.example/) as unknown,
  });
  const closed = stream({ ...im1, ports: { client: 1, server: 1 } }, 'dynamic');
  expect(await executeHealthCheck(closed, context)).toMatchObject({ verdict: 'inconclusive' });
});

test('a ping is asked inside TLS only, and a log-in that is refused is no lost ping', async () => {
  await using lab = await openTestSunIm();
  const im1 = await serverOf(lab, 'im1');
  const plain = await executeHealthCheck(ping(im1, 'im2.acme.example'), contextOf(lab));
  expect(plain).toMatchObject({ verdict: 'inconclusive' });
  expect(plain.detail).toContain('startTLS is not offered, and nobody is logged in without');
  await setMode(lab, 'im1', 'dynamic');
  const wrong = await executeHealthCheck(ping(im1, 'im2.acme.example'), contextOf(lab, 'wrong-password'));
  expect(wrong).toMatchObject({ verdict: 'inconclusive' });
  expect(wrong.detail).toContain('the log-in of probe is refused');
  expect(wrong.detail).not.toContain('wrong-password');
});

test(
  'a ping that comes back proves both directions; from a strict server to one without TLS it is lost',
  { timeout: 60_000 },
  async () => {
    await using lab = await openTestSunIm();
    const im1 = await serverOf(lab, 'im1');
    const context = contextOf(lab);
    await setMode(lab, 'im1', 'dynamic');
    await setMode(lab, 'im2', 'dynamic');
    for (const to of ['im2.acme.example', 'im3.acme.example', 'partner.example'])
      expect(await executeHealthCheck(ping(im1, to), context)).toMatchObject({ verdict: 'pass' });
    await setMode(lab, 'im1', 'strict');
    expect(await executeHealthCheck(ping(im1, 'im2.acme.example'), context)).toMatchObject({ verdict: 'pass' });
    const lost = await executeHealthCheck(ping(im1, 'im3.acme.example'), context);
    expect(lost).toMatchObject({ verdict: 'fail' });
    expect(lost.detail).toContain('a ping to im3.acme.example got no answer');
    const nobody = await executeHealthCheck(ping(im1, 'nowhere.example'), context);
    expect(nobody).toMatchObject({ verdict: 'fail' });
  },
);
