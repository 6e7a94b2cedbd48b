// `--host name=user@address:port` of a command line, and an inventory with only such hosts.
import { isIP } from 'node:net';
import { stringify } from 'yaml';
import { OperatorError } from '../core/errors.ts';
import { fromFolder } from './from-folder.ts';

export type NamedHost = {
  readonly name: string;
  readonly address: string;
  readonly port?: number;
  readonly user?: string;
};

const HINT = 'Write it like st1.acme.example, st1=wasadmin@192.0.2.11 or st1=192.0.2.11:2222.';
const FORM =
  /^(?:(?<name>[A-Za-z0-9_][\w.-]*)=)?(?:(?<user>[^@\s]+)@)?(?:\[(?<v6>[0-9a-fA-F:.]+)\]|(?<host>[^\s:@[\]=]+))(?::(?<port>\d{1,5}))?$/u;

/** Undefined: not of this form. Without a name: the first part of the address. */
export function parseHostFlag(text: string): NamedHost | undefined {
  const { name, user, v6, host, port } = FORM.exec(text.trim())?.groups ?? {};
  const address = v6 ?? host;
  if (address === undefined || !isAddress(address)) return undefined;
  const number = port === undefined ? undefined : Number(port);
  if (number !== undefined && (number < 1 || number > 65_535)) return undefined;
  const given = name ?? (isIP(address) === 0 ? (address.split('.')[0] ?? address) : address.replaceAll(/[:.]/gu, '-'));
  return {
    name: /^[A-Za-z0-9_]/u.test(given) ? given : `host${given}`,
    address,
    ...(number === undefined ? {} : { port: number }),
    ...(user === undefined ? {} : { user }),
  };
}

const isAddress = (text: string): boolean =>
  isIP(text) !== 0 || /^[A-Za-z0-9]([\w-]*\w)?(\.[A-Za-z0-9]([\w-]*\w)?)*\.?$/u.test(text);

/** Hosts as one text with commas between them.
 * @returns the reason when it is none */
export function hostsProblem(hosts: readonly string[]): string | undefined {
  const parsed = hosts.map((text) => ({ text, host: parseHostFlag(text) }));
  const wrong = parsed.find(({ host }) => host === undefined);
  if (wrong !== undefined) return `${JSON.stringify(wrong.text)} is not a host. ${HINT}`;
  const names = parsed.map(({ host }) => host?.name ?? '');
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) return `two hosts would be called ${twice}. Give one of them another name: name=address.`;
  return parsed.length === 0 ? `no host is named. ${HINT}` : undefined;
}

export type LogInFlags = {
  readonly host: readonly string[];
  readonly user?: string;
  readonly identityFile?: string;
  readonly knownHosts?: string;
  readonly search: readonly string[];
};

/** @param folder that the paths in the text start from
 * @throws OperatorError USAGE */
export function inventoryOfHosts({ host, user, identityFile, knownHosts, search }: LogInFlags, folder: string): string {
  const problem = hostsProblem(host);
  if (problem !== undefined) throw new OperatorError('USAGE', `--host: ${problem}`, { hint: HINT });
  const from = (file: string | undefined): string | undefined => file && fromFolder(folder, file);
  const defaults = { user, identityFile: from(identityFile), knownHosts: from(knownHosts) };
  const hosts = host.map(parseHostFlag).filter((one) => one !== undefined);
  return stringify(
    {
      apiVersion: 'strictstep/v1',
      defaults: Object.fromEntries(Object.entries(defaults).filter(([, value]) => value !== undefined)),
      hosts: Object.fromEntries(
        hosts.map(({ name, ...rest }) => [name, { ...rest, ...(search.length === 0 ? {} : { search: [...search] }) }]),
      ),
    },
    { lineWidth: 0 },
  );
}
