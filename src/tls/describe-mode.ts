// What a port does with callers that speak no TLS, from what it was seen doing. Words: the command line contract.
// Sametime's modes: HCL documentation of VPS_PORT and VPS_TLS_PORT; not verified on a real Sametime server.
import type { Inside } from './probe-vp-inside.ts';
import type { Verdict } from './types.ts';
import type { XmppOffer } from './xmpp-prelude.ts';

export type Cleartext = 'accepted' | 'refused' | 'not-applicable' | 'inconclusive';
export type PortMode = 'legacy' | 'dynamic' | 'strict' | 'tls' | 'inconclusive';

export type Seen = {
  /** one version of TLS at least is accepted */
  readonly isTls: boolean;
  /** every hello was refused; beside an answered VP handshake once is enough */
  readonly isRefused: boolean;
  /** answer to the plaintext VP handshake; undefined: not asked */
  readonly vp: Verdict | undefined;
  /** what answered inside TLS; undefined: not asked */
  readonly inside?: Inside;
  /** undefined: the port does not speak XMPP, or was not asked */
  readonly offer: XmppOffer | undefined;
};

export function describeMode({ isTls, isRefused, vp, inside, offer }: Seen): {
  readonly cleartext: Cleartext;
  readonly mode: PortMode;
} {
  if (vp !== undefined) return { cleartext: vp, mode: modeOfVp(vp, isTls, isRefused, inside) };
  if (offer !== undefined)
    return { cleartext: offer === 'required' ? 'refused' : 'accepted', mode: modeOfXmpp(offer, isTls) };
  return { cleartext: 'not-applicable', mode: isTls ? 'tls' : 'inconclusive' };
}

/** `legacy` may also be a port that changes to TLS within its log-in, which cannot be seen without one. `strict` is said of
 * what gives no answer inside TLS, too: a server that needs a client certificate gives none to a stranger. */
function modeOfVp(vp: Verdict, isTls: boolean, isRefused: boolean, inside: Inside | undefined): PortMode {
  if (vp === 'accepted' && isTls) return 'dynamic';
  if (vp === 'accepted' && isRefused) return 'legacy';
  if (vp === 'refused' && isTls) return inside === 'other' ? 'tls' : 'strict';
  return 'inconclusive';
}

function modeOfXmpp(offer: XmppOffer, isTls: boolean): PortMode {
  if (offer === 'absent') return 'legacy';
  if (!isTls) return 'inconclusive';
  return offer === 'required' ? 'strict' : 'dynamic';
}
