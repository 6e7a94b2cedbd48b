// Legacy, dynamic or strict: the plaintext VP handshake and a TLS hello together tell it, and nothing else does. For
// steps and health checks, which need the one word; `probe` tells everything.
import { describeMode } from './describe-mode.ts';
import type { PortMode } from './describe-mode.ts';
import { probeVersions } from './probe-versions.ts';
import { probeVp } from './probe-vp.ts';
import type { HelloTarget } from './send-hello.ts';
import type { ProtocolVersion } from './types.ts';

export type CommunityPortMode = Exclude<PortMode, 'tls'>;
export type ModeReport = { readonly mode: CommunityPortMode; readonly detail: string };

/** SSLv2 and SSLv3 are left out: they make no difference between the modes. */
const ASKED: readonly ProtocolVersion[] = ['TLSv1', 'TLSv1.1', 'TLSv1.2', 'TLSv1.3'];

/** Never throws. A timeout or a refused connection is inconclusive. */
export async function probeMode(target: HelloTarget): Promise<ModeReport> {
  const vp = await probeVp(target);
  const { protocols } = await probeVersions(target, ASKED, { quick: true });
  const accepted = ASKED.filter((version) => protocols[version] === 'accepted');
  const isRefused = ASKED.every((version) => protocols[version] === 'refused');
  const isTls = accepted.length > 0;
  const inside =
    vp.verdict === 'refused' && isTls
      ? { inside: await (await import('./probe-vp-inside.ts')).probeVpInside(target) }
      : {};
  const { mode } = describeMode({ isTls, isRefused, vp: vp.verdict, offer: undefined, ...inside });
  const other = mode === 'tls' ? ', but not Sametime inside' : '';
  const tls =
    accepted.length > 0 ? `TLS: ${accepted.join(', ')}${other}` : `TLS: ${isRefused ? 'refused' : 'no clear answer'}`;
  return { mode: mode === 'tls' ? 'inconclusive' : mode, detail: `${vp.detail}; ${tls}` };
}
