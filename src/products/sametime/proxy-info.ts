// What the Sametime proxy tells about itself at /stwebapi/proxyinfo. Source: check-saml.sh of the repository
// carstengericke/sametime-technotes, for 12.0.4 (jq reads these fields); not verified on older proxies.
import { z } from 'zod';
import { OperatorError } from '../../core/errors.ts';

const Info = z.object({
  communityConnected: z.boolean(),
  isSAML: z.boolean().optional(),
  isOIDC: z.boolean().optional(),
  IDPUrl: z.string().optional(),
  oidcIssuer: z.string().optional(),
});

export type ProxyInfo = {
  /** the proxy holds its connection to port 1516 of a community server */
  readonly communityConnected: boolean;
};

/** @throws OperatorError REMOTE_REPLY; a missing field is never "not connected" */
export function readProxyInfo(text: string, url: string): ProxyInfo {
  const found = Info.safeParse(jsonOf(text));
  if (found.success) return { communityConnected: found.data.communityConnected };
  throw new OperatorError('REMOTE_REPLY', `${url} does not tell whether the proxy is connected to the community`, {
    hint: 'Open the address in a browser: it must show JSON with the field communityConnected.',
  });
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
