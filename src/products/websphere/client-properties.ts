// ssl.client.props: which protocol and trust store WebSphere's client tools use, read and changed byte by byte. It is not
// a java.util.Properties file: keys repeat, one block per com.ibm.ssl.alias. Source: IBM WebSphere 8.5.5,
// "ssl.client.props client configuration file"; four files seen in public repositories.
import { OperatorError } from '../../core/errors.ts';
import type { Secret } from '../../core/secret.ts';
import { parsePropertyLines, type PropertyLine } from './property-lines.ts';
import { protocolsOf, QOP_VALUES } from './qop.ts';
import { renderSource, type TextSource } from './text-source.ts';
import { parsePassword } from './xor.ts';

const CLIENT_PROPERTIES: TextSource = { host: 'local', path: 'ssl.client.props' };
const ALIAS = 'com.ibm.ssl.alias';
const PROTOCOL = 'com.ibm.ssl.protocol';

type ClientBlock = {
  readonly alias: string;
  /** line of com.ibm.ssl.alias, count from 1 */
  readonly line: number;
  /** null: no active line; the tools then take a default */
  readonly protocol: string | null;
  readonly protocolLine: number | null;
};

export type ClientProperties = {
  readonly defaultAlias: string;
  readonly blocks: readonly ClientBlock[];
  /** of the block that defaultAlias names */
  readonly protocol: string | null;
  /** as written, with ${user.root} */
  readonly trustStore: string | undefined;
  readonly trustStoreType: string | undefined;
  /** of the client's own certificate; as written, with ${user.root} */
  readonly keyStore: string | undefined;
  /** com.ibm.ssl.keyStoreClientAlias; undefined: whichever certificate fits */
  readonly keyAlias: string | undefined;
  /** FIPS level, '' without one; undefined: FIPS mode is off */
  readonly fips: string | undefined;
  /** com.ibm.ssl.performURLHostNameVerification */
  readonly verifiesHostNames: boolean;
};

/** @throws OperatorError FACT_UNREADABLE */
export function readClientProperties(bytes: Uint8Array, source: TextSource = CLIENT_PROPERTIES): ClientProperties {
  const { defaultAlias, blocks, active, lines } = readBlocks(bytes, source);
  // Global lines stand before the first block; a public file has the FIPS lines inside the block instead.
  const own = [...lines.filter(({ line }) => line < (blocks[0]?.alias.line ?? Infinity)), ...active.lines];
  const value = (key: string): string | undefined => own.findLast((line) => line.key === key)?.value;
  return {
    defaultAlias,
    blocks: blocks.map((block) => ({
      alias: block.alias.value,
      line: block.alias.line,
      protocol: lastOf(block, PROTOCOL)?.value ?? null,
      protocolLine: lastOf(block, PROTOCOL)?.line ?? null,
    })),
    protocol: protocolLineOf(active, source)?.value ?? null,
    trustStore: lastOf(active, 'com.ibm.ssl.trustStore')?.value,
    trustStoreType: lastOf(active, 'com.ibm.ssl.trustStoreType')?.value,
    keyStore: lastOf(active, 'com.ibm.ssl.keyStore')?.value,
    keyAlias: lastOf(active, 'com.ibm.ssl.keyStoreClientAlias')?.value,
    fips:
      value('com.ibm.security.useFIPS') === 'true' ? (value('com.ibm.websphere.security.FIPSLevel') ?? '') : undefined,
    verifiesHostNames: value('com.ibm.ssl.performURLHostNameVerification') === 'true',
  };
}

/** Password of the client trust store.
 * @throws OperatorError FACT_UNREADABLE, REMOTE_REPLY for an encoding other than {xor} */
export const readClientTrustPassword = (bytes: Uint8Array, source: TextSource = CLIENT_PROPERTIES): Secret =>
  readPassword('com.ibm.ssl.trustStorePassword', bytes, source);

/** Password of the key store with the client's own certificate.
 * @throws OperatorError FACT_UNREADABLE, REMOTE_REPLY for an encoding other than {xor} */
export const readClientKeyPassword = (bytes: Uint8Array, source: TextSource = CLIENT_PROPERTIES): Secret =>
  readPassword('com.ibm.ssl.keyStorePassword', bytes, source);

function readPassword(key: string, bytes: Uint8Array, source: TextSource): Secret {
  const line = lastOf(readBlocks(bytes, source).active, key);
  if (line === undefined) throw unreadable(source, `the active block has no ${key}`);
  return parsePassword(line.value, `${key} in ${renderSource(source)}`);
}

/** The same bytes with another protocol in the active block; every other byte stays.
 * @throws OperatorError FACT_UNREADABLE, INPUT_VALUE */
export function setClientProtocol(
  bytes: Uint8Array,
  protocol: string,
  source: TextSource = CLIENT_PROPERTIES,
): Uint8Array {
  if (protocolsOf(protocol) === undefined) {
    const hint = `Use one of ${QOP_VALUES.join(', ')}.`;
    throw new OperatorError(
      'INPUT_VALUE',
      `${renderSource(source)}: ${protocol} is not a protocol value of WebSphere`,
      { hint },
    );
  }
  const { active, lines } = readBlocks(bytes, source);
  const line = protocolLineOf(active, source);
  if (line !== undefined) {
    return splice(bytes, line.valueStart, line.valueEnd, line.hasSeparator ? protocol : `=${protocol}`);
  }
  const { alias } = active;
  if (alias.isContinued) throw unreadable(source, `line ${alias.line} goes on in the next line`);
  const eol = alias.eol || (lines.find((other) => other.eol !== '')?.eol ?? '\n');
  const text = `${PROTOCOL}=${protocol}`;
  return alias.eol === ''
    ? splice(bytes, alias.end, alias.end, `${eol}${text}`)
    : splice(bytes, alias.end, alias.end, `${text}${eol}`);
}

type Block = { readonly alias: PropertyLine; readonly lines: readonly PropertyLine[] };
type Blocks = {
  readonly defaultAlias: string;
  readonly blocks: readonly Block[];
  readonly active: Block;
  readonly lines: readonly PropertyLine[];
};

function readBlocks(bytes: Uint8Array, source: TextSource): Blocks {
  const lines = parsePropertyLines(bytes);
  const starts = lines.flatMap((line, index) => (line.key === ALIAS ? [index] : []));
  const blocks = starts.flatMap((start, index) => {
    const alias = lines[start];
    return alias === undefined ? [] : [{ alias, lines: lines.slice(start + 1, starts[index + 1]) }];
  });
  const defaultAlias = lines.findLast(({ key }) => key === 'com.ibm.ssl.defaultAlias')?.value;
  if (defaultAlias === undefined) throw unreadable(source, 'there is no com.ibm.ssl.defaultAlias');
  const [active, ...others] = blocks.filter(({ alias }) => alias.value === defaultAlias);
  if (active === undefined) throw unreadable(source, `no block is named ${defaultAlias}, the default alias`);
  if (others.length > 0) throw unreadable(source, `${others.length + 1} blocks are named ${defaultAlias}`);
  return { defaultAlias, blocks, active, lines };
}

function protocolLineOf({ alias, lines }: Block, source: TextSource): PropertyLine | undefined {
  const [line, ...others] = lines.filter(({ key }) => key === PROTOCOL);
  if (others.length > 0) {
    const places = [line, ...others].map((other) => other?.line).join(', ');
    throw unreadable(source, `block ${alias.value} sets ${PROTOCOL} more than once, in lines ${places}`);
  }
  if (line?.isContinued === true) throw unreadable(source, `line ${line.line} goes on in the next line`);
  return line;
}

const lastOf = ({ lines }: Block, key: string): PropertyLine | undefined => lines.findLast((line) => line.key === key);

/** Start and end count bytes. */
function splice(bytes: Uint8Array, start: number, end: number, text: string): Uint8Array {
  return Buffer.concat([bytes.subarray(0, start), Buffer.from(text, 'latin1'), bytes.subarray(end)]);
}

const unreadable = (source: TextSource, fact: string): OperatorError =>
  new OperatorError('FACT_UNREADABLE', `${renderSource(source)}: ${fact}`, {
    hint: 'Correct the file by hand so that the default alias names exactly one block with at most one protocol line.',
  });
