// Another user than the log-in owns what was found: commands become that user by sudo or su.
import type { HostFindings } from '../discover/types.ts';
import type { Become, Interviewer, WizardHost } from './types.ts';

/** Undefined: the log-in owns it, may do everything, or nothing says otherwise. Of several owners a person has to choose the
 * user; the first one is suggested.
 * @param isFound whether there is configuration; a closed folder tells of its owner where there is none */
export function serviceUserOf(
  { user, owners = [], closedBy = [] }: HostFindings,
  isFound: boolean,
): string | undefined {
  if (user === undefined || user === null || user === 'root') return undefined;
  return [...owners, ...(isFound ? [] : closedBy.filter((owner) => owner !== 'root'))][0];
}

const FORM = /^(?<method>sudo|su):(?<user>[A-Za-z_][\w.@\\-]*\$?)$/u;

/** @param suggested owner of what was found; absent: the answer was given already
 * @param hosts with what was answered for hosts before it
 * @returns undefined: everything is done as the log-in */
export async function askBecome(
  ask: Interviewer,
  { name, user }: WizardHost,
  hosts: readonly WizardHost[],
  suggested: string | undefined,
): Promise<Become | undefined> {
  const key = `become.${name}`;
  const before = hosts.flatMap(({ become }) => become ?? []).at(-1);
  const answer = suggested === undefined ? await askForm(ask, name) : await choose(suggested);
  const { method, user: owner } = FORM.exec(answer)?.groups ?? {};
  if (owner === undefined || (method !== 'sudo' && method !== 'su')) return undefined;
  const passwordFile = await ask.secretFile({
    key: `become-password-file.${name}`,
    flag: `--become-password-file ${name}=FILE`,
    text:
      method === 'su'
        ? `File with the password of ${owner} on ${name}`
        : `File with the password that sudo asks ${user} for on ${name} (- if it asks for none)`,
    suggestion: before === undefined ? `./secrets/${user}.password` : (before.passwordFile ?? '-'),
    mayBeNone: method === 'sudo',
  });
  return { method, user: owner, ...(passwordFile === '-' ? {} : { passwordFile }) };

  async function choose(service: string): Promise<string> {
    ask.tell(`On ${name} the configuration belongs to ${service}, and the log-in is ${user}.`);
    return await ask.choose({
      key,
      flag: `--become ${name}=sudo:${service}`,
      text: `How does ${user} become ${service} on ${name}?`,
      choices: [
        { value: `sudo:${service}`, name: 'with sudo' },
        { value: `su:${service}`, name: `with su and the password of ${service}` },
        { value: '-', name: `not at all: ${user} may read and write everything` },
      ],
      ...(before === undefined ? {} : { suggestion: `${before.method}:${service}` }),
    });
  }
}

const askForm = (ask: Interviewer, host: string): Promise<string> =>
  ask.text({
    key: `become.${host}`,
    flag: `--become ${host}=sudo:USER`,
    text: `Whom to become on ${host}: sudo:USER or su:USER (- for nobody)`,
    check: (text) =>
      text === '-' || FORM.test(text) ? undefined : 'Write sudo:USER, su:USER, or - to do everything as the log-in.',
  });
