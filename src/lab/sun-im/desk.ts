// People with Instant Messenger who stay logged in. im.jnlp uses startTLS where the server offers it; imssl.jnlp is the page for a
// multiplexor with legacy SSL. Which page they open is in <lab>/clients/desk.json.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Secret } from '../../core/secret.ts';
import type { Life } from '../component.ts';
import { clientRootsFile } from '../material/wild-certificate.ts';
import { addressOf } from '../site.ts';
import { keepClient } from './client.ts';
import type { ChatUser } from './chat.ts';
import type { ClientKind } from './client.ts';
import type { SunImSite } from './site.ts';
import { passwordFile, portOf, serverNamed } from './site.ts';

type Page = 'im.jnlp' | 'imssl.jnlp';

const deskFile = ({ dir }: SunImSite): string => path.join(dir, 'clients/desk.json');

export function saveDeskPage(site: SunImSite, page: Page): void {
  mkdirSync(path.dirname(deskFile(site)), { recursive: true });
  writeFileSync(deskFile(site), `${JSON.stringify({ page })}\n`);
}

const usesSsl = (site: SunImSite): boolean =>
  existsSync(deskFile(site)) && readFileSync(deskFile(site), 'utf8').includes('imssl');

/** @param login `user@server`; at the port of the multiplexor */
export function personOf(site: SunImSite, login: string, kind: ClientKind): ChatUser {
  const [user = '', name = ''] = login.split('@');
  const { domain, host, client } = serverNamed(site, name);
  return {
    at: { address: addressOf(site, host), port: portOf(site, client) },
    domain,
    user,
    password: new Secret(readFileSync(passwordFile(site, login), 'utf8').trim(), `password of ${login}`),
    kind,
    roots: readFileSync(clientRootsFile(site.dir), 'utf8'),
  };
}

/** Starting them is a restart of all: the page they open counts. */
export function openDesk(site: SunImSite, retryMs: number): Life {
  const kind = usesSsl(site) ? 'ssl' : 'offered';
  const kept = site.scenario.desk.map((login) => keepClient(() => personOf(site, login, kind), retryMs));
  return {
    end: () => {
      for (const one of kept) one.end();
      return Promise.resolve();
    },
  };
}
