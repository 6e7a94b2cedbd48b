// What is wrong or risky in the TLS settings of a community server, as findings with what to do. Traps and contradictions
// of the vendor's pages are told where they apply. Sources: setting-table.ts, mode.ts.
import { duplicatesOf, entriesOf, isSameName, type IniFile } from './ini.ts';
import { lintProtocol } from './lint-protocol.ts';
import { lintStores, nameOfKey } from './lint-stores.ts';
import { readMode } from './mode.ts';
import { keyOf, SETTINGS } from './setting-table.ts';
import { readSettings, TLS_SECTION } from './settings.ts';
import { SCOPES } from './types.ts';
import type { CommunityFinding, CommunityTlsSettings, Scope } from './types.ts';

/** What the file itself does not tell; absent: not known, and not judged. */
export type LintFacts = {
  /** RSA or EC, of the certificates in the scope's key store */
  readonly keyTypes?: { readonly [Key in Scope]?: readonly string[] };
  /** paths of stash files that exist */
  readonly stashFiles?: readonly string[];
  /** open ports for HTTP or HTTPS tunnelling, from stconfig.nsf or a probe */
  readonly tunnellingPorts?: readonly number[];
};

/** @throws OperatorError FACT_UNREADABLE for a TLS key that is there more than once */
export function lintCommunity(ini: IniFile, facts: LintFacts = {}): readonly CommunityFinding[] {
  const settings = readSettings(ini);
  return [
    ...duplicatesOf(ini).map(({ name, lines }): CommunityFinding => ({
      code: 'WRITTEN_TWICE',
      severity: 'fails',
      text: `${name} is there more than once, in lines ${lines.join(', ')}`,
      fix: 'Find out which one the server uses and remove the others.',
    })),
    ...settings.unknown.map(unknownValue),
    ...entriesOf(ini).flatMap(({ key, section, line }) => lintName(key, section, line)),
    ...lintStores(settings, facts.stashFiles),
    ...lintProtocol(settings, facts.keyTypes ?? {}),
    ...lintHosts(settings),
    ...lintMux(ini),
    ...(facts.tunnellingPorts ?? []).map((port): CommunityFinding => ({
      code: 'TUNNEL_UNENCRYPTED',
      severity: 'warning',
      text: `port ${port} tunnels through HTTP, where what a client says is not encrypted, whatever the mode of 1533 is`,
      fix: 'Switch tunnelling off in stconfig.nsf before the community is called strict.',
    })),
  ];
}

function unknownValue({ key, line, value }: CommunityTlsSettings['unknown'][number]): CommunityFinding {
  if (key.endsWith('PROTOCOL_VERSION') && value.toLowerCase() === '0x304') {
    const text = `line ${line}: ${key} asks for TLS 1.3, for which sametime.ini has no value`;
    return { code: 'PROTOCOL_TLS13', severity: 'fails', text, fix: 'Use 0x303, TLS 1.2.' };
  }
  if (key.includes('MIRROR')) {
    const text = `line ${line}: ${key} is a switch, though the vendor's page describes it with the text of KEY_LABEL`;
    return { code: 'MIRROR_VALUE', severity: 'fails', text, fix: 'Use 1 or 0, never the label of a key.' };
  }
  const text = `line ${line}: the value of ${key} is none of the documented ones`;
  return { code: 'VALUE_UNKNOWN', severity: 'fails', text, fix: 'Correct the value.' };
}

const KNOWN = new Set(SCOPES.flatMap((scope) => SETTINGS.map((row) => keyOf(row, scope))));

function lintName(key: string, section: string, line: number): readonly CommunityFinding[] {
  const name = key.toUpperCase();
  const finding = (code: string, severity: CommunityFinding['severity'], text: string, fix: string) => [
    { code, severity, text: `line ${line}: ${text}`, fix },
  ];
  if (KNOWN.has(name) && !isSameName(section, TLS_SECTION)) {
    const text = `${key} stands in [${section}], where it has no effect`;
    return finding('WRONG_SECTION', 'fails', text, `Move it to [${TLS_SECTION}].`);
  }
  if (name.startsWith('STSAML_TLS_')) {
    const fix = `Write ${name.replace('_TLS_', '_')}.`;
    return finding('SAML_SPELLING', 'warning', `${key} is not read: the keys of SAML are spelled without TLS_`, fix);
  }
  if (/^ST(?:SRV|MUX|LDAP)?_TLS_/u.test(name) && name !== 'ST_TLS_DEBUG' && !KNOWN.has(name)) {
    return finding('KEY_UNKNOWN', 'warning', `${key} is no documented key`, 'Correct its name or remove it.');
  }
  if (name === 'VP_SECURITY_LEVEL') {
    const text = `${key} is the least version of a client and has nothing to do with TLS`;
    return finding('NOT_TLS', 'note', text, 'Use ST_TLS_SECURITY_LEVEL for a level of TLS.');
  }
  return [];
}

function lintHosts({ written, effective }: CommunityTlsSettings): readonly CommunityFinding[] {
  const names = ['mirrorTrustedHosts', 'trustedHosts'] as const;
  const isSet = (scope: Scope, name: (typeof names)[number]): boolean => {
    const value = effective[scope][name];
    return value === true || (Array.isArray(value) && value.length > 0);
  };
  const inherited = names.flatMap((name) =>
    (['STLDAP_', 'STMUX_'] as const)
      .filter((scope) => isSet('ST_', name) && written[scope][name] === undefined)
      .map((scope): CommunityFinding => {
        const peer =
          scope === 'STLDAP_' ? "the LDAP server's certificate carries another name" : 'clients are no peers';
        const text = `${nameOfKey(name, 'ST_')} also holds for ${scope}, and ${peer}`;
        const severity = scope === 'STLDAP_' ? 'fails' : 'warning';
        return {
          code: 'HOSTS_INHERITED',
          severity,
          scope,
          text,
          fix: `Set it for STSRV_ only, or write ${nameOfKey(name, scope)} as well.`,
        };
      }),
  );
  const unused = names
    .filter((name) => isSet('STSRV_', name) && effective.STSRV_.clientAuthentication !== 'need')
    .map((name): CommunityFinding => {
      const text = `${nameOfKey(name, 'STSRV_')} checks no caller of port 1516, since a client certificate is not needed there`;
      const fix = `Set ${nameOfKey('clientAuthentication', 'STSRV_')} to 2 when every caller has a certificate.`;
      return { code: 'HOSTS_UNCHECKED', severity: 'note', scope: 'STSRV_', text, fix };
    });
  return [...inherited, ...unused];
}

function lintMux(ini: IniFile): readonly CommunityFinding[] {
  const { isAuthoritative, spelling, tlsPort } = readMode(ini, 'mux');
  if (isAuthoritative || (spelling === 'omit' && tlsPort === null)) return [];
  const text = 'the VPMX ports of sametime.ini have no lasting effect: stconfig.nsf decides and may overwrite them';
  const fix =
    'Change the connectivity document of stconfig.nsf, or set VPMX_DISABLE_CONFIGURATION_UPDATE=1 in [Debug].';
  return [{ code: 'MUX_DECIDED_ELSEWHERE', severity: 'warning', text, fix }];
}
