// Machines, the way to them, and the log-in. Whether they answer is looked at first, for a wrong name is the first mistake.
import { askWay } from './ask-way.ts';
import { splitList } from './split-list.ts';
import type { Interviewer, Machines, World } from './types.ts';

export async function askMachines(ask: Interviewer, world: World): Promise<Machines> {
  const named = await ask.list({
    key: 'hosts',
    flag: '--host',
    text: 'Machines, with commas between them: NAME, NAME=ADDRESS or NAME=USER@ADDRESS:PORT',
    check: (text) => world.hostsProblem(splitList(text)),
  });
  const { jump, behind } = await askWay(ask, world, world.hosts(named, '', ''));
  const names = new Set(world.hosts(named, '', '').map(({ name }) => name));
  // A jump host that is one of the machines is named like it, and has its address.
  const passed = jump.filter((text) => !names.has(text));
  const needsUser = world.hosts([...named, ...passed], '', '').some(({ user }) => user === '');
  const user = needsUser
    ? await ask.text({
        key: 'user',
        flag: '--user',
        text: 'Log in as (who owns the WebSphere profiles or the Sametime server, or may become that user)',
        suggestion: 'wasadmin',
        check: (text) => (/^\S+$/u.test(text) ? undefined : 'A user name has no blanks and is not empty.'),
      })
    : '';
  const identityFile = await ask.text({
    key: 'identity-file',
    flag: '--identity-file',
    text: 'Private SSH key',
    suggestion: world.identityFile,
    isFile: true,
    check: (text) => world.fileProblem(text),
  });
  const way = world.hosts(jump, user, identityFile).map(({ name }) => name);
  // Each hop is reached over those before it.
  const over = (count: number) => (count === 0 ? {} : { jump: way.slice(0, count) });
  return {
    hosts: world.hosts(named, user, identityFile).map((host) => {
      const at = way.indexOf(host.name);
      if (at !== -1) return { ...host, ...over(at) };
      return behind.includes(host.name) ? { ...host, ...over(way.length) } : host;
    }),
    gates: world.hosts(passed, user, identityFile).map((gate) => ({ ...gate, ...over(way.indexOf(gate.name)) })),
  };
}
