// What AdminTask answers about SSL configurations and their groups. Forms taken from public scripts that parse them; the
// line form of listSSLConfigGroups and getInheritedSSLConfig is not verified on real WebSphere.
import { OperatorError } from '../../core/errors.ts';
import type { Direction } from '../../core/topology-change.ts';
import { parseBracketList, type BracketList } from './bracket-list.ts';
import { renderSource, type TextSource } from './text-source.ts';

export type SslConfigLine = { readonly alias: string; readonly scope: string };
export type SslGroupLine = { readonly name: string; readonly direction: Direction; readonly scope: string };

export type SslConfigReply = {
  readonly alias: string;
  readonly protocol: string;
  readonly securityLevel: string;
  readonly enabledCiphers: string;
  readonly clientAuthentication: boolean;
  /** name without the configuration id */
  readonly keyStore: string;
  readonly trustStore: string;
};

export type SslGroupReply = { readonly name: string; readonly direction: Direction; readonly certificateAlias: string };

/** Non-empty lines; WebSphere ends them as its platform does and leaves blanks at the end. */
export const replyLines = (text: string): readonly string[] =>
  text
    .split(/\r?\n/u)
    .map((line) => line.trim())
    .filter((line) => line !== '');

/** Reply of AdminTask.listSSLConfigs, one per line.
 * @throws OperatorError REMOTE_REPLY */
export const parseSslConfigs = (text: string, source: TextSource = reply('listSSLConfigs')): readonly SslConfigLine[] =>
  replyLines(text).map((line) => {
    const found = /^alias: (?<alias>.+) managementScope: (?<scope>\(cell\):\S+)$/u.exec(line)?.groups;
    return { alias: wanted(found?.['alias'], line, source), scope: wanted(found?.['scope'], line, source) };
  });

/** Reply of AdminTask.listSSLConfigGroups, one per line.
 * @throws OperatorError REMOTE_REPLY */
export const parseSslGroups = (
  text: string,
  source: TextSource = reply('listSSLConfigGroups'),
): readonly SslGroupLine[] =>
  replyLines(text).map((line) => {
    const form = /^name: (?<name>.+) direction: (?<direction>\S+) managementScope: (?<scope>\(cell\):\S+)$/u;
    const found = form.exec(line)?.groups;
    return {
      name: wanted(found?.['name'], line, source),
      direction: parseDirection(found?.['direction'], line, source),
      scope: wanted(found?.['scope'], line, source),
    };
  });

/** Reply of AdminTask.getSSLConfig.
 * @throws OperatorError REMOTE_REPLY */
export function parseSslConfig(text: string, source: TextSource = reply('getSSLConfig')): SslConfigReply {
  const list = parseBracketList(text, source);
  return {
    alias: attribute(list, 'alias', source),
    protocol: attribute(list, 'sslProtocol', source),
    securityLevel: attribute(list, 'securityLevel', source),
    enabledCiphers: list.get('enabledCiphers') ?? '',
    clientAuthentication: list.get('clientAuthentication') === 'true',
    keyStore: nameOfId(attribute(list, 'keyStore', source)),
    trustStore: nameOfId(attribute(list, 'trustStore', source)),
  };
}

/** Reply of AdminTask.getSSLConfigGroup.
 * @throws OperatorError REMOTE_REPLY */
export function parseSslGroup(text: string, source: TextSource = reply('getSSLConfigGroup')): SslGroupReply {
  const list = parseBracketList(text, source);
  return {
    name: attribute(list, 'name', source),
    direction: parseDirection(attribute(list, 'direction', source), text, source),
    certificateAlias: list.get('certificateAlias') ?? '',
  };
}

/** Reply of AdminTask.getFipsInfo.
 * @throws OperatorError REMOTE_REPLY */
export function parseFipsEnabled(text: string, source: TextSource = reply('getFipsInfo')): boolean {
  const value = attribute(parseBracketList(text, source), 'fipsEnabled', source);
  if (value !== 'true' && value !== 'false') throw unexpected(text, source);
  return value === 'true';
}

/** CellDefaultKeyStore(cells/c1|security.xml#KeyStore_1) -> CellDefaultKeyStore */
export const nameOfId = (id: string): string => id.replace(/\(cells\/[^()]*\)$/u, '');

function attribute(list: BracketList, name: string, source: TextSource): string {
  const value = list.get(name);
  if (value === undefined) throw unexpected(`no attribute ${name} among ${[...list.keys()].join(', ')}`, source);
  return value;
}

function parseDirection(value: string | undefined, line: string, source: TextSource): Direction {
  if (value === 'inbound' || value === 'outbound') return value;
  throw unexpected(line, source);
}

function wanted(value: string | undefined, line: string, source: TextSource): string {
  if (value === undefined) throw unexpected(line, source);
  return value;
}

const reply = (command: string): TextSource => ({ host: 'wsadmin', path: `AdminTask.${command}` });

const unexpected = (seen: string, source: TextSource): OperatorError =>
  new OperatorError('REMOTE_REPLY', `${renderSource(source)} answered in an unknown form: ${seen.slice(0, 120)}`, {
    hint: 'Compare the line with docs/products/websphere.md and report the WebSphere level.',
  });
