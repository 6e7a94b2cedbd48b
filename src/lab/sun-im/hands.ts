// What people do around a Sun IM deployment: the partner company gives its server TLS or takes it away, people open another page of
// Instant Messenger. `lab hand --dir D partner plain`.
import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { OperatorError } from '../../core/errors.ts';
import type { Component } from '../component.ts';
import { renderPartner } from './conf-text.ts';
import { saveDeskPage } from './desk.ts';
import type { SunImSite } from './site.ts';
import { partnerFolder } from './site.ts';

export type HandParts = { readonly site: SunImSite; readonly component: (name: string) => Component };

const KNOWN = 'partner tls|plain, clients startTLS|ssl, gateway restart';

const restart = async (component: Component): Promise<void> => {
  await component.stop();
  const { ready } = await component.launch();
  await ready;
};

/** What was done, in one line.
 * @throws OperatorError USAGE for words that mean nothing */
export async function hand({ site, component }: HandParts, words: readonly string[]): Promise<string> {
  const [what = '', how = ''] = words;
  const { partner } = site.scenario;
  if (what === 'partner' && (how === 'tls' || how === 'plain')) {
    await writeFile(path.join(partnerFolder(site), 'iim.conf'), renderPartner(site, how === 'tls'));
    await restart(component(partner.name));
    return how === 'tls' ? 'the partner offers startTLS' : 'the partner has no TLS any more';
  }
  if (what === 'clients' && (how === 'startTLS' || how === 'ssl')) {
    saveDeskPage(site, how === 'ssl' ? 'imssl.jnlp' : 'im.jnlp');
    await restart(component('desk'));
    return how === 'ssl' ? 'people use imssl.jnlp' : 'people use im.jnlp';
  }
  if (what === 'gateway' && how === 'restart') {
    await restart(component('gateway'));
    return 'the gateway was restarted';
  }
  const message = `lab hand: "${words.join(' ')}" is nothing a hand can do; hands know: ${KNOWN}`;
  throw new OperatorError('USAGE', message);
}
