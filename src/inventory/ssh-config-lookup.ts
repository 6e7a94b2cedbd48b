// What an SSH configuration says of one host: HostName, User, Port, IdentityFile, ProxyJump. The first value counts, as for
// ssh; of IdentityFile all. Other keys are ignored, but what would decide about these and cannot be judged here is refused.
// Source: ssh_config(5); readconf.c of OpenSSH 9.2 (order, Match, ProxyJump against ProxyCommand). Pure.
import { OperatorError } from '../core/errors.ts';
import type { Place } from '../core/place.ts';
import type { Statement } from './ssh-config.ts';
import { isListed } from './ssh-patterns.ts';

/** A group is an included file: its Host and Match end with it, and count only where the Include counts. */
export type SshSetting =
  | Exclude<Statement, { kind: 'include' }>
  | { readonly kind: 'group'; readonly parts: readonly SshSetting[]; readonly place: Place };

export type SshConfig = { readonly settings: readonly SshSetting[]; readonly sha256: string; readonly home: string };

export type SshHost = {
  /** as written, with % tokens filled in */
  readonly hostName?: string;
  readonly user?: string;
  readonly port?: number;
  /** as written */
  readonly identityFiles: readonly string[];
  /** as written; absent: none */
  readonly proxyJump?: string;
};

type Found = {
  hostName?: string;
  user?: string;
  port?: number;
  identityFiles: string[];
  proxy?: { readonly jump?: string };
};

/** maybe: nobody can tell without running a command or asking the network */
type Applies = 'yes' | 'no' | 'maybe';

/** @param name what a person would give to ssh
 * @throws OperatorError INPUT_VALUE for a ProxyCommand or a Match that would decide */
export function lookUpSshHost(config: SshConfig, name: string, localUser: string): SshHost {
  const found: Found = { identityFiles: [] };
  walk(config.settings, 'yes', { name, localUser, found });
  const { proxy, ...rest } = found;
  const jump = proxy?.jump;
  return { ...rest, ...(jump === undefined ? {} : { proxyJump: jump }) };
}

type Looking = { readonly name: string; readonly localUser: string; readonly found: Found };

function walk(settings: readonly SshSetting[], outer: Applies, looking: Looking): void {
  let applies = outer;
  for (const setting of settings) {
    if (setting.kind === 'group') walk(setting.parts, applies, looking);
    else if (setting.kind === 'host') applies = both(outer, isListed(setting.patterns, looking.name) ? 'yes' : 'no');
    else if (setting.kind === 'match') applies = both(outer, judgeMatch(setting.words, setting.place, looking));
    else if (applies !== 'no') take(setting, applies, looking);
  }
}

function both(a: Applies, b: Applies): Applies {
  if (a === 'no' || b === 'no') return 'no';
  return a === 'yes' && b === 'yes' ? 'yes' : 'maybe';
}

function take(
  { keyword, values, place }: Extract<SshSetting, { kind: 'set' }>,
  applies: Applies,
  { name, found }: Looking,
): void {
  const [value = ''] = values;
  if (IS_OPEN[keyword]?.(found) !== true) return;
  if (applies === 'maybe')
    throw refusal(`${keyword} of host ${name} stands below a Match that only ssh can judge`, place);
  if (keyword === 'proxycommand') {
    if (value.toLowerCase() !== 'none') throw refusal(`host ${name} is reached through a ProxyCommand`, place);
    found.proxy = {};
    return;
  }
  if (values.length > 1) throw refusal(`${keyword} of host ${name} has more than one value`, place);
  if (keyword === 'hostname') found.hostName = expandHostName(value, name, place);
  if (keyword === 'user') found.user = value;
  if (keyword === 'port') found.port = portOf(value, place);
  if (keyword === 'identityfile' && !found.identityFiles.includes(value)) found.identityFiles.push(value);
  if (keyword === 'proxyjump') found.proxy = value.toLowerCase() === 'none' ? {} : { jump: value };
}

/** Whether the key is one of ours and has no value yet. Of ProxyJump and ProxyCommand the first one decides. */
const IS_OPEN: Readonly<Record<string, (found: Found) => boolean>> = {
  hostname: ({ hostName }) => hostName === undefined,
  user: ({ user }) => user === undefined,
  port: ({ port }) => port === undefined,
  identityfile: () => true,
  proxyjump: ({ proxy }) => proxy === undefined,
  proxycommand: ({ proxy }) => proxy === undefined,
};

function judgeMatch(words: readonly string[], place: Place, { name, localUser, found }: Looking): Applies {
  let applies: Applies = 'yes';
  for (let at = 0; at < words.length; at += 1) {
    const word = (words[at] ?? '').toLowerCase();
    const criterion = word.replace(/^!/, '');
    if (criterion === 'all') continue;
    const value = {
      host: found.hostName ?? name,
      originalhost: name,
      user: found.user ?? localUser,
      localuser: localUser,
    }[criterion];
    if (value === undefined) {
      // These have no pattern behind them.
      if (!['canonical', 'final'].includes(criterion)) at += 1;
      applies = both(applies, 'maybe');
      continue;
    }
    at += 1;
    const patterns = words[at];
    if (patterns === undefined) throw refusal(`Match ${criterion} has no pattern`, place);
    const isTrue = isListed(patterns.split(','), value) !== word.startsWith('!');
    applies = both(applies, isTrue ? 'yes' : 'no');
  }
  return applies;
}

function expandHostName(value: string, name: string, place: Place): string {
  return value.replaceAll(/%(.)?/g, (token, letter: string | undefined) => {
    if (letter === '%') return '%';
    if (letter === 'h') return name;
    throw refusal(`the token ${token} in HostName is not known`, place);
  });
}

function portOf(value: string, place: Place): number {
  const port = /^\d{1,5}$/.test(value) ? Number(value) : 0;
  if (port < 1 || port > 65_535) throw refusal(`Port ${value} is no number from 1 to 65535`, place);
  return port;
}

const refusal = (fact: string, place: Place): OperatorError =>
  new OperatorError('INPUT_VALUE', `SSH configuration: ${fact}`, {
    hint: 'Write the keys of this host into the inventory and set sshConfig: false for it.',
    place,
  });
