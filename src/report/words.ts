// How versions, outcomes and checks are called in every form of the packet.
import { renderLifetime } from '../core/instant.ts';
import { CERTAINTIES } from '../core/prediction.ts';
import type { HealthCheck } from '../health/types.ts';
import type { PlannedApproval, Step } from '../plan/types.ts';
import type { LinkOutcome } from '../topology/types.ts';
import { renderDuration } from './duration.ts';

/** strong: TLS 1.2 and newer; old: what RFC 8996 and its predecessors deprecate, and links without TLS; unknown: the link is not in that state */
export type Tone = 'strong' | 'old' | 'down' | 'broken' | 'unknown';

/** the worst last */
export const TONES = ['unknown', 'strong', 'old', 'down', 'broken'] as const satisfies readonly Tone[];

/** "TLSv1" -> "TLS 1.0", "TLSv1.2" -> "TLS 1.2", "SSLv3" -> "SSL 3" */
export const versionName = (version: string): string =>
  version === 'TLSv1' ? 'TLS 1.0' : version.replace('TLSv', 'TLS ').replace('SSLv', 'SSL ');

/** "TLS 1.0, 1.1, 1.2" */
export function versionList(versions: readonly string[]): string {
  if (versions.length === 0) return 'nothing';
  return versions
    .map(versionName)
    .map((name, position, names) => (position > 0 && isSameFamily(name, names[position - 1]) ? name.slice(4) : name))
    .join(', ');
}

const isSameFamily = (name: string, previous = ''): boolean => name.slice(0, 4) === previous.slice(0, 4);

const STRONG: ReadonlySet<string | null> = new Set(['TLSv1.2', 'TLSv1.3']);

export function toneOf(link: LinkOutcome | undefined): Tone {
  if (link === undefined) return 'unknown';
  if (link.outcome === 'legacy') return 'old';
  if (link.outcome !== 'tls') return link.outcome;
  return STRONG.has(link.protocol) ? 'strong' : 'old';
}

export function outcomeText(link: LinkOutcome | undefined): string {
  if (link === undefined) return 'unknown';
  if (link.outcome === 'legacy') return 'no TLS';
  return link.outcome === 'tls' ? versionName(link.protocol ?? 'TLS') : link.outcome;
}

/** "Assumed: a process starts anew" */
export const predictionText = ({
  prediction,
  predictionBecause,
}: Pick<Step, 'prediction' | 'predictionBecause'>): string =>
  `${prediction.slice(0, 1).toUpperCase()}${prediction.slice(1)}: ${predictionBecause}.`;

/** "24 computed, 12 assumed, 1 unknowable" */
export const predictionTally = (steps: readonly Step[]): string =>
  CERTAINTIES.map((word) => `${steps.filter(({ prediction }) => prediction === word).length} ${word}`).join(', ');

export const approvalText = (approval: PlannedApproval | undefined): string =>
  approval === undefined
    ? 'the inventory asks for none; apply --approvals N does.'
    : `${approval.required} ${approval.required === 1 ? 'person' : 'people'} named in ${approval.allowedSigners}; each counts for at most ${renderLifetime(approval.expiresMs)}.`;

/** Of steps that plant a dead man's revert; undefined: none */
export const deadManText = ({ deadMan }: Step): string | undefined =>
  deadMan === undefined
    ? undefined
    : `goes back by itself after ${renderDuration(deadMan.seconds)} unless health is proved`;

/** One check as a sentence that a person can follow with other tools. */
export function checkText(check: HealthCheck): string {
  switch (check.kind) {
    case 'listener': {
      const refuses = check.refuses.length === 0 ? '' : `; refuses ${versionList(check.refuses)}`;
      const chain = check.chainSha256?.[0] === undefined ? '' : `; serves the certificate ${check.chainSha256[0]}`;
      return `${check.name} (${check.address}:${check.port}) accepts ${versionList(check.accepts)}${refuses}${chain}`;
    }
    case 'process':
      return `${check.name} lives and keeps its process id for ${renderDuration(check.sameForMs / 1000)}`;
    case 'replica':
      return `${check.name}: ${check.files.length} files on ${check.host} equal those on ${check.masterHost}`;
    case 'log':
      return `${check.name} has no new line with ${check.forbidden.join(', ')}`;
    case 'client-link':
      return `${check.name} (${check.address}:${check.port}) still completes a hello that offers ${versionList(check.offers)}`;
    case 'mode':
      return `${check.name} (${check.address}:${check.port}) is ${check.is}`;
    case 'peers':
      return `${check.name}: log-ins with ${check.expects.map(({ name }) => name).join(', ') || 'no peer'}, in the logs of both ends`;
    case 'callers':
      return `${check.name}: who was connected to port ${check.serverPort} before is connected again, by the connections on ${check.host}`;
    case 'command':
      return `${check.name}: ${check.argv.join(' ')} on ${check.host} ends with status 0`;
    case 'stream':
      return `${check.name} (${check.address}:${check.port}) are ${check.is}, as their features and refusals prove${check.is === 'legacy' ? '' : `; the certificate is for ${check.domain}`}`;
    case 'ping':
      return `${check.name} comes back`;
    case 'proxy-connected':
      return `${check.name}: ${check.url} says that it is connected`;
  }
}

/** What a port that passes the check refuses, for people; undefined: the check asks for no refusal. */
export function refusalOf(check: HealthCheck): string | undefined {
  if (check.kind === 'listener' && check.refuses.length > 0)
    return `hellos that offer only ${versionList(check.refuses)}`;
  const isStrict = (check.kind === 'mode' || check.kind === 'stream') && check.is === 'strict';
  return isStrict ? 'sessions without TLS' : undefined;
}
