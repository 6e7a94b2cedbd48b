// What happens on a link of a community: TLS where both ends can, without TLS where one cannot and both allow that.
// Source: wiki "Security Considerations for TLS Configuration" (legacy, dynamic, strict); not verified on a real server.
import type { CallerSettings, EndpointSettings } from '../core/topology-change.ts';
import type { Callee } from './callee.ts';
import type { Offer } from './caller.ts';
import { componentOf, populationOf, type ComponentState } from './component-state.ts';
import { judgeHandshake, type Broken } from './judge-handshake.ts';
import type { ComponentLink } from './link.ts';
import { fingerprintKey, type TopologyState } from './state.ts';
import { isTrustedName } from './trusted-names.ts';
import type { LinkOutcome } from './types.ts';

type Judgement = Pick<LinkOutcome, 'outcome' | 'protocol' | 'reason'> & { readonly help: string };

export function judgeComponentLink(state: TopologyState, link: ComponentLink): Judgement {
  const callee = componentOf(state, link.listener.component);
  const down = downReason(link.listener.component, callee) ?? callerDown(state, link);
  if (down !== undefined) return { outcome: 'down', protocol: null, reason: down, help: '' };
  const listener = callee.process.listeners[link.listener.port];
  if (listener === undefined) {
    const reason = `nothing is known of port ${link.listener.port} of ${link.listener.component}`;
    return broken({ reason, help: 'compare the ports in the inventory with its files' });
  }
  const caller = callerOf(state, link);
  if (caller === undefined) {
    const reason = `nothing is known of how ${link.from} calls ${link.to}`;
    return broken({ reason, help: `declare in the inventory what ${link.from} offers` });
  }
  if (caller.isIdle === true) return { outcome: 'down', protocol: null, reason: caller.because, help: '' };
  if (caller.protocols.length > 0 && listener.protocols.length > 0) return judgeTls(state, link, caller, listener);
  if (caller.clear && listener.clear) return { outcome: 'legacy', protocol: null, reason: '', help: '' };
  return broken(withoutTls(link, caller, listener));
}

const broken = ({ reason, help }: Broken): Judgement => ({ outcome: 'broken', protocol: null, reason, help });

function downReason(name: string, { running }: ComponentState): string | undefined {
  if (running === 'running') return undefined;
  return running === 'stopped' ? `${name} is stopped` : `${name} was not running when the facts were gathered`;
}

const callerDown = (state: TopologyState, { caller }: ComponentLink): string | undefined =>
  caller.kind === 'component' ? downReason(caller.component, componentOf(state, caller.component)) : undefined;

function callerOf(state: TopologyState, { caller }: ComponentLink): CallerSettings | undefined {
  if (caller.kind === 'clients') return populationOf(state, caller.client);
  return componentOf(state, caller.component).process.callers[caller.purpose];
}

/** One end cannot do TLS, and not both ends go on without. */
function withoutTls({ from, to }: ComponentLink, caller: CallerSettings, listener: EndpointSettings): Broken {
  if (!listener.clear && listener.protocols.length === 0)
    return {
      reason: `${to} takes sessions neither with TLS nor without (${listener.because})`,
      help: `keep ${to} as it is, let ${from} call another port first, or give ${to} a key store and a trust store of which its settings leave something`,
    };
  if (caller.protocols.length === 0 && !caller.clear)
    return {
      reason: `caller ${from} is told to use TLS and has no version or suite left for it (${caller.because})`,
      help: `leave ${from} a version and a suite that its security level allows`,
    };
  if (caller.protocols.length === 0)
    return {
      reason: `caller ${from} offers only legacy (${caller.because}), listener ${to} is strict (${listener.because})`,
      help: `make ${from} able to do TLS first, or put what makes ${to} strict after it`,
    };
  return {
    reason: `caller ${from} insists on TLS (${caller.because}), listener ${to} is legacy (${listener.because})`,
    help: `let ${to} take TLS first, or let ${from} go on without`,
  };
}

/** Both ends begin TLS: what fails then is not tried again without. */
function judgeTls(
  state: TopologyState,
  link: ComponentLink,
  caller: CallerSettings,
  listener: EndpointSettings,
): Judgement {
  const result = judgeHandshake(link, offerOf(link, caller), listeningOf(link, listener), state);
  if (typeof result !== 'string') return broken(result);
  const refused = otherNames(link, caller, listener);
  return refused === undefined ? { outcome: 'tls', protocol: result, reason: '', help: '' } : broken(refused);
}

const offerOf = (
  { from }: ComponentLink,
  { protocols, trusts, personal, because }: CallerSettings,
): Extract<Offer, { readonly kind: 'calls' }> => ({
  kind: 'calls',
  protocols,
  trust:
    trusts === null
      ? undefined
      : {
          store: 'the trust store',
          signers: new Set(trusts.map(fingerprintKey)),
          help: `add the root to the trust store of ${from} and start it again first`,
        },
  holds: personal.length === 0 ? [] : [personal.map(fingerprintKey)],
  comparesNames: false,
  because,
  help: (accepted) => `let ${from} also offer ${accepted.join(', ')}`,
});

const listeningOf = (
  { to }: ComponentLink,
  { protocols, chain, clientCertificate, trusts, because }: EndpointSettings,
): Extract<Callee, { readonly kind: 'listening' }> => ({
  kind: 'listening',
  protocols,
  chain: chain.map(fingerprintKey),
  hasRoot: chain.length > 0,
  asks:
    clientCertificate === 'need'
      ? {
          kind: 'need',
          store: to,
          signers: trusts === null ? undefined : new Set(trusts.map(fingerprintKey)),
        }
      : { kind: 'none' },
  because,
  help: (offered) => `let ${to} also accept ${offered.join(', ')}`,
});

/** Lists of trusted names: of the caller for the listener's certificate, and of a listener that needs a client certificate
 * for the caller's. One match is enough; an empty list asks for nothing. */
function otherNames(
  { from, to }: ComponentLink,
  { trustedNames: wanted, personalNames = [] }: CallerSettings,
  { names, clientCertificate, trustedNames = [] }: EndpointSettings,
): Broken | undefined {
  if (wanted.length > 0 && names.length > 0 && !isTrustedName(wanted, names))
    return {
      reason: `${to} serves a certificate that names ${names.join(', ')}, ${from} trusts ${wanted.join(', ')}`,
      help: `add one of ${names.join(', ')} to the trusted host names of ${from}`,
    };
  const isAsked = clientCertificate === 'need' && trustedNames.length > 0 && personalNames.length > 0;
  if (!isAsked || isTrustedName(trustedNames, personalNames)) return undefined;
  return {
    reason: `${from} shows a certificate that names ${personalNames.join(', ')}, ${to} trusts ${trustedNames.join(', ')}`,
    help: `add one of ${personalNames.join(', ')} to the trusted host names of ${to}`,
  };
}
