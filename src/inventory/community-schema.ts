// The YAML form of communities: community servers, standalone multiplexers, and the programs that call them or that they call.
import { z } from 'zod';
import {
  duration,
  leaf,
  lifetime,
  mapping,
  oneLine,
  oneOf,
  textThat,
  wholeNumber,
  wordName,
  yesNo,
} from '../core/yaml/leaf.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import { absolutePath, address, localPath } from './leaves.ts';
import { MEMBER_KINDS, NEIGHBOUR_KINDS, PLATFORMS, STRICT_SPELLINGS } from './types.ts';

const port = wholeNumber(1, 65_535);

const Member = mapping({
  kind: oneOf(MEMBER_KINDS).default('server'),
  host: wordName,
  platform: oneOf(PLATFORMS).default('linux'),
  data: absolutePath,
  ini: absolutePath.optional(),
  log: absolutePath.optional(),
  address: address.optional(),
  ports: mapping({ server: port.optional(), client: port.optional() }).optional(),
  publicName: address.optional(),
  strictSpelling: oneOf(STRICT_SPELLINGS).default('empty'),
  clientModeIn: oneOf(['ini', 'stconfig']).default('ini'),
  startTimeout: duration.default(10 * 60_000),
  deadMan: duration.optional(),
  user: wordName.optional(),
});

/** `all`, or a list of names */
const members = leaf(
  'all, or a list of server names',
  (value): 'all' | readonly string[] | undefined => {
    if (value === 'all') return value;
    const isList = Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === 'string');
    return isList ? value : undefined;
  },
  'Write for instance connects: [st1, st2].',
);

const webAddress = textThat(
  'an address that begins with https:// or http://',
  (text) => URL.canParse(text) && /^https?:\/\//.test(text) && new URL(text).username === '',
  'Write it as a browser shows it, without user and password.',
);

const Neighbour = mapping({
  kind: oneOf(NEIGHBOUR_KINDS),
  owner: oneLine.optional(),
  address: address.optional(),
  port: port.optional(),
  connects: members.optional(),
  calledBy: members.optional(),
  offers: z.array(oneOf(PROTOCOL_VERSIONS)).default([]),
  trusts: localPath.optional(),
  presents: localPath.optional(),
  required: yesNo.default(true),
  cycle: lifetime.optional(),
  proxyInfo: webAddress.optional(),
});

export const Community = mapping({
  servers: z.record(wordName, Member),
  neighbours: z.record(wordName, Neighbour).default({}),
});
export type Community = z.infer<typeof Community>;
