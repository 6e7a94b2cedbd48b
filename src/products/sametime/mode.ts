// Legacy, dynamic ("both allowed") or strict, as sametime.ini spells it for each port. Sources: HCL Sametime 11.5 "Securing
// connections using TLS" (legacy, dynamic on 1516); HCL Sametime 12.0.2 mux.env (VPMX keys). The strict spelling is on no
// page that could be read, so it is data, and what the file says is a claim that only a probe settles.
import { OperatorError } from '../../core/errors.ts';
import { Secret } from '../../core/secret.ts';
import { renderSource } from '../websphere/text-source.ts';
import { getIni, type IniFile } from './ini.ts';
import type { CommunityMode, CommunityPort, IniEdit, ModeClaim, StrictSpelling } from './types.ts';

type PortKeys = {
  readonly section: string;
  readonly plain: string;
  readonly tls: string;
  readonly usualPort: number;
  /** key that must be 1 for the others to count */
  readonly authority: string | null;
  readonly source: string;
  readonly verified: readonly CommunityMode[];
};

export const PORT_KEYS: Readonly<Record<CommunityPort, PortKeys>> = {
  server: {
    section: 'Connectivity',
    plain: 'VPS_PORT',
    tls: 'VPS_TLS_PORT',
    usualPort: 1516,
    authority: null,
    source: 'https://help.hcltechsw.com/sametime/11.5/admin/securing_connections_tls.html',
    verified: ['dynamic'],
  },
  mux: {
    section: 'Debug',
    plain: 'VPMX_PORT',
    tls: 'VPMX_TLS_PORT',
    usualPort: 1533,
    authority: 'VPMX_DISABLE_CONFIGURATION_UPDATE',
    source:
      'https://opensource.hcltechsw.com/sametime-doc/v1202/admin/securing_connections_between_community_clients_docker.html',
    verified: ['dynamic'],
  },
};

const STRICT_TEXT: Readonly<Record<StrictSpelling, string | null>> = { omit: null, empty: '', zero: '0' };

/** @param spelling of strict, where a probe has settled it: another one then makes the claim unclear
 * @throws OperatorError FACT_UNREADABLE for a key that is there more than once */
export function readMode(ini: IniFile, port: CommunityPort, spelling?: StrictSpelling): ModeClaim {
  const { section, plain, tls, usualPort, authority } = PORT_KEYS[port];
  const [plainText, tlsText] = [plain, tls].map((key) => textOf(ini, section, key));
  const found = spellingOf(plainText);
  const isAuthoritative = authority === null || textOf(ini, section, authority) === '1';
  const [plainPort, tlsPort] = [portOf(plainText), portOf(tlsText)];
  const unclear = (remark: string): ModeClaim => ({
    mode: 'unclear',
    spelling: found,
    isAuthoritative,
    plainPort: plainPort ?? null,
    tlsPort: tlsPort ?? null,
    remarks: [remark],
  });
  if (!isAuthoritative)
    return unclear(`stconfig.nsf decides for this port, since ${authority} is not 1 in [${section}]`);
  if (plainPort === undefined) return unclear(`${plain} is no port number`);
  if (tlsPort === undefined) return unclear(`${tls} is no port number`);
  const known = { plainPort, tlsPort, spelling: found, isAuthoritative };
  if (tlsPort === null) {
    if (plainPort !== null) return { ...known, mode: 'legacy', remarks: [] };
    if (found !== 'omit') return unclear(`neither ${plain} nor ${tls} carries a port`);
    return { ...known, mode: 'legacy', remarks: [`neither key is written; the default is legacy on ${usualPort}`] };
  }
  if (plainPort === tlsPort) return { ...known, mode: 'dynamic', remarks: [] };
  if (plainPort !== null) return unclear(`${plain} and ${tls} carry different ports; only equal ones are documented`);
  if (spelling !== undefined && found !== spelling) {
    return unclear(`strict is spelled "${found}" here, and a probe has settled "${spelling}"`);
  }
  return {
    ...known,
    mode: 'strict',
    remarks: [`the spelling "${found}" of strict is not documented; a probe decides`],
  };
}

const textOf = (ini: IniFile, section: string, key: string): string | undefined => {
  const value = getIni(ini, section, key);
  return value instanceof Secret ? undefined : value;
};

const spellingOf = (text: string | undefined): StrictSpelling | null => {
  if (text === undefined) return 'omit';
  if (text === '') return 'empty';
  return /^0+$/u.test(text) ? 'zero' : null;
};

/** null: it carries none; undefined: it is no port */
function portOf(text: string | undefined): number | null | undefined {
  if (spellingOf(text) !== null) return null;
  const port = /^\d{1,5}$/u.test(text ?? '') ? Number(text) : 0;
  return port >= 1 && port <= 65_535 ? port : undefined;
}

/** Edits that spell the mode. The number of the port stays the one that is there.
 * @param spelling counts for strict only
 * @throws OperatorError POLICY_REFUSED where a Notes database decides and would overwrite the keys */
export function modeToIni(
  ini: IniFile,
  port: CommunityPort,
  mode: CommunityMode,
  spelling: StrictSpelling,
): readonly IniEdit[] {
  const { section, plain, tls, usualPort } = PORT_KEYS[port];
  const claim = readMode(ini, port);
  if (!claim.isAuthoritative) throw decidedElsewhere(ini, port);
  const number = `${claim.plainPort ?? claim.tlsPort ?? usualPort}`;
  const plainText = mode === 'strict' ? STRICT_TEXT[spelling] : number;
  return [
    { section, key: plain, value: plainText },
    { section, key: tls, value: mode === 'legacy' ? null : number },
  ];
}

const decidedElsewhere = ({ source }: IniFile, port: CommunityPort): OperatorError => {
  const { usualPort, authority, section } = PORT_KEYS[port];
  const fact = `${renderSource(source)} does not decide the mode of port ${usualPort}: ${authority} is not 1 in [${section}]`;
  return new OperatorError('POLICY_REFUSED', fact, {
    hint: 'Set VPMX_TLS_HOST and VPMX_TLS_PORT in the connectivity document of stconfig.nsf by hand, then restart the server.',
  });
};
