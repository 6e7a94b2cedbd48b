// The YAML form of federations: Sun Java System Instant Messaging servers that talk to each other, servers of others that they
// talk to, and XMPP/HTTP gateways. Defaults: Instant Messaging 7.2 Administration Guide (ports, imadmin, dbm databases).
import { z } from 'zod';
import { duration, mapping, oneLine, oneOf, textThat, wholeNumber, wordName, yesNo } from '../core/yaml/leaf.ts';
import { PROTOCOL_VERSIONS } from '../tls/types.ts';
import { absolutePath, address, localPath } from './leaves.ts';

const port = wholeNumber(1, 65_535);
const versions = z.array(oneOf(PROTOCOL_VERSIONS));

const keytool = textThat(
  'a program name or an absolute path',
  (text) => /^(?:\/\S+|[\w.-]+)$/u.test(text),
  'Write keytool, or the whole path of the one that belongs to the Java of the server.',
);

/** Table A-5 of the guide: letters and digits. */
const coserver = textThat(
  'the symbolic name of a coserver',
  (text) => /^[A-Za-z0-9]+$/u.test(text),
  'Write the name as iim_server.coservers has it.',
);

const Server = mapping({
  host: wordName,
  domain: address,
  config: absolutePath,
  imadmin: absolutePath,
  runtime: absolutePath,
  keytool: keytool.default('keytool'),
  nssTools: absolutePath.optional(),
  nssForm: oneOf(['dbm', 'sql']).default('dbm'),
  user: wordName.optional(),
  address: address.optional(),
  ports: mapping({ client: port.default(5222), server: port.default(5269) }).default({ client: 5222, server: 5269 }),
  publicName: address.optional(),
  /** what its Java and the multiplexor's NSS can do; the defaults are all that the guide promises */
  offers: mapping({
    server: versions.min(1).default(['TLSv1']),
    multiplexor: versions.min(1).default(['SSLv3']),
  }).default({ server: ['TLSv1'], multiplexor: ['SSLv3'] }),
  startTimeout: duration.default(5 * 60_000),
  deadMan: duration.optional(),
  probeLogin: wordName.optional(),
  coservers: z.record(coserver, wordName).default({}),
});

const Peer = mapping({
  domain: address,
  address,
  port: port.default(5269),
  offers: versions.default([]),
  trusts: localPath.optional(),
  presents: localPath.optional(),
  owner: oneLine.optional(),
  required: yesNo.default(true),
});

const Gateway = mapping({
  host: wordName,
  config: absolutePath,
  runtime: absolutePath,
  restart: absolutePath.optional(),
  user: wordName.optional(),
});

export const Federation = mapping({
  servers: z.record(wordName, Server),
  peers: z.record(wordName, Peer).default({}),
  gateways: z.record(wordName, Gateway).default({}),
});
export type Federation = z.infer<typeof Federation>;
