// The keys of the hosts: each is believed when a person has compared it, or when known_hosts has it.
import { OperatorError } from '../core/errors.ts';
import type { Interviewer, Machines, WizardHost, World } from './types.ts';

const wayLength = ({ jump = [] }: WizardHost): number => jump.length;

/** @throws OperatorError HOST_KEY when a person does not confirm one */
export async function askHostKeys(
  ask: Interviewer,
  world: World,
  machines: Machines,
): Promise<ReadonlyMap<string, string>> {
  const keys = new Map<string, string>();
  if (ask.isGiven('known-hosts')) {
    await ask.text({
      key: 'known-hosts',
      flag: '--known-hosts',
      text: 'File with host keys',
      isFile: true,
      check: (text) => world.fileProblem(text),
    });
    return keys;
  }
  // Those on the way first: behind them nobody is asked before they have proved themselves.
  const ordered = [...machines.gates, ...machines.hosts].toSorted((a, b) => wayLength(a) - wayLength(b));
  for (const host of ordered) {
    const offered = await world.hostKey(host, machines, keys);
    const [type = '', fingerprint] = [offered.split(' ')[0], world.fingerprint(offered)];
    ask.tell(
      `${host.name} (${host.address}:${host.port}) shows the key\n  ${type} ${fingerprint}\nOn its console, ssh-keygen -lf /etc/ssh/ssh_host_*_key.pub shows the real one.`,
    );
    const answer = await ask.choose({
      key: `trust-host.${host.name}`,
      flag: `--trust-host ${host.name}=${fingerprint}`,
      text: `Is this the key of ${host.name}?`,
      choices: [
        { value: offered, name: 'yes, I have compared it' },
        { value: 'no', name: 'no, or I cannot tell: stop here' },
      ],
    });
    if (answer !== offered && answer !== fingerprint) {
      const message = `host ${host.name}: it offers the key ${type} ${fingerprint}, which was not confirmed`;
      throw new OperatorError('HOST_KEY', message, { hint: 'Nothing was sent to the host; ask who runs it.' });
    }
    keys.set(host.name, offered);
  }
  return keys;
}
