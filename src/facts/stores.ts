// The certificates in the key and trust stores of a cell, as the deployment manager lists them.
import type { WsadminReader } from '../core/wsadmin.ts';
import { parseCertificates } from '../products/websphere/certificate-replies.ts';
import type { KeyStoreEntry, SecurityModel } from '../products/websphere/security-model.ts';
import type { StoreFacts } from './types.ts';

/** Only stores that some SSL configuration uses: others (LTPA, deleted certificates) need not even open. */
export async function gatherStores(
  cell: string,
  security: SecurityModel,
  wsadmin: WsadminReader,
): Promise<readonly StoreFacts[]> {
  const stores: StoreFacts[] = [];
  for (const entry of usedStores(security)) stores.push(await gatherStore(cell, entry, wsadmin));
  return stores;
}

export function usedStores({ configurations, keyStores }: SecurityModel): readonly KeyStoreEntry[] {
  const used = new Set(
    configurations.flatMap(({ keyStore, trustStore }) =>
      [keyStore, trustStore].map(({ name, scope }) => `${name} ${scope}`),
    ),
  );
  return keyStores.filter(({ name, scope }) => used.has(`${name} ${scope}`));
}

async function gatherStore(cell: string, { name, scope }: KeyStoreEntry, wsadmin: WsadminReader): Promise<StoreFacts> {
  const where = ['-keyStoreName', name, '-keyStoreScope', scope];
  const source = { host: cell, path: `key store ${name} ${scope}` };
  const personal = parseCertificates(await wsadmin.query('AdminTask.listPersonalCertificates', where), source);
  const signers = parseCertificates(await wsadmin.query('AdminTask.listSignerCertificates', where), source);
  const chains = [];
  for (const { alias } of personal) {
    const chain = await wsadmin.query('AdminTask.getCertificateChain', [...where, '-certificateAlias', alias]);
    chains.push({ alias, chain: parseCertificates(chain, source).map(({ fingerprint }) => fingerprint) });
  }
  return {
    name,
    scope,
    personal: chains.toSorted((a, b) => (a.alias < b.alias ? -1 : 1)),
    signers: signers.map(({ fingerprint }) => fingerprint).toSorted(),
  };
}
