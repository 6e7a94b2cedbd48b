// Who does the work of bench:fleet, and how: read a client properties file, change one key, keep a backup, run a command,
// read back; the same again, with nothing to change; and a look at what would be changed.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from '../../../build/build.ts';
import { fileOf, WANTED, type Fleet } from './hosts.ts';
import { expectProgram, measured, ToolMissing, type Invocation, type Measured } from './tools.ts';

/** change: from the state at first; again: after `change`; dry: from the state at first, without writing */
export const WORKS = ['change', 'again', 'dry'] as const;
export type Work = (typeof WORKS)[number];

export type Contender = {
  readonly name: string;
  readonly title: string;
  /** once for each fleet
   * @throws ToolMissing */
  prepare(fleet: Fleet): Promise<void>;
  /** each part is measured for itself; the last one is the work */
  execute(work: Work, fleet: Fleet): Promise<readonly (Measured & { readonly part: string })[]>;
};

/** Connections, forks and groups at once. */
const AT_ONCE = 50;

/** A folder of its own for each contender. */
const folderOf = (fleet: Fleet, name: string): string => join(fleet.folder, `by-${name}`);

/** As it is installed: one built program. */
const DIST = fileURLToPath(new URL('../../../dist', import.meta.url));
const MAIN = join(DIST, 'cli/main.cjs');

const strictstep: Contender = {
  name: 'strictstep',
  title: 'strictstep',
  async prepare(fleet) {
    await build(DIST);
    const cwd = folderOf(fleet, 'strictstep');
    await mkdir(cwd, { recursive: true });
    const hosts = fleet.hosts.map(({ name, port }) => `  ${name}: { address: 127.0.0.1, port: ${port} }\n`).join('');
    const profiles = fleet.hosts
      .map(
        ({ name, profile }) =>
          `  ${name}: { host: ${name}, profile: ${profile}, check: [${profile}/bin/toolCheck.sh] }\n`,
      )
      .join('');
    await writeFile(
      join(cwd, 'inventory.yaml'),
      `apiVersion: strictstep/v1
defaults: { user: ${fleet.user}, identityFile: ${fleet.key}, knownHosts: ${fleet.knownHosts} }
hosts:
${hosts}toolProfiles:
${profiles}`,
    );
    await writeFile(
      join(cwd, 'playbook.yaml'),
      `apiVersion: strictstep/v1
playbook: fleet
title: TLS 1.2 for the client tools
phases:
  - phase: tools
    title: Client tools
    tasks:
      - { task: Protocol of the client tools, operation: client-properties, on: { target: tool-profile }, with: { protocol: ${WANTED} } }
`,
    );
  },
  async execute(work, fleet) {
    const cwd = folderOf(fleet, 'strictstep');
    const call = (...args: readonly string[]): Invocation => ({ argv: [process.execPath, MAIN, ...args], cwd });
    const inputs = ['--inventory', 'inventory.yaml', '--playbook', 'playbook.yaml', '--out', 'plan.json'];
    const planned = { part: 'plan', ...(await measured(call('plan', ...inputs, '--state', 'runs'))) };
    if (work === 'dry') return [planned];
    if (work === 'change') await rm(join(cwd, 'runs'), { recursive: true, force: true });
    const apply = call('apply', 'plan.json', '--state', 'runs', '--confirm', 'tool-profiles');
    const argv = [...apply.argv, '--parallel-groups', String(AT_ONCE)];
    const applied = { part: 'apply', ...(await measured({ ...apply, argv })) };
    return work === 'change' ? [planned, applied] : [applied, planned];
  },
};

const SCRIPT = (work: Work): string => `file=$1/properties/ssl.client.props
now=\`sed -n 's/^com\\.ibm\\.ssl\\.protocol=//p' "$file"\`
if [ "$now" = ${WANTED} ]; then echo ok; exit 0; fi
sed 's/^com\\.ibm\\.ssl\\.protocol=.*/com.ibm.ssl.protocol=${WANTED}/' "$file" > "$file.new" || exit 1
${
  work === 'dry'
    ? 'diff "$file" "$file.new"; rm -f "$file.new"; exit 0'
    : `cp -p "$file" "$file.bak" && mv "$file.new" "$file" || exit 1
"$1/bin/toolCheck.sh" || exit 1
[ "\`sed -n 's/^com\\.ibm\\.ssl\\.protocol=//p' "$file"\`" = ${WANTED} ] || exit 1
echo changed`
}
`;

/** `ssh` for every host, so many at once. */
async function throughXargs(fleet: Fleet, name: string, command: string): Promise<Measured> {
  const cwd = folderOf(fleet, name);
  await writeFile(join(cwd, 'list'), fleet.hosts.map(({ name: host, profile }) => `${host} ${profile}\n`).join(''));
  const argv = ['xargs', '-a', 'list', '-P', String(AT_ONCE), '-L', '1', 'sh', '-c', command, 'sh'];
  return await measured({ argv, cwd });
}

const plain: Contender = {
  name: 'plain',
  title: 'one ssh per host, one script',
  prepare: async (fleet) => void (await mkdir(folderOf(fleet, 'plain'), { recursive: true })),
  async execute(work, fleet) {
    await writeFile(join(folderOf(fleet, 'plain'), 'script'), SCRIPT(work));
    const command = `exec ssh -F ${fleet.sshConfig} "$1" "sh -s $2" < script`;
    return [{ part: 'run', ...(await throughXargs(fleet, 'plain', command)) }];
  },
};

/** @param module a client of its own below this folder
 * @param argument what it is given besides the log-in */
function bare(name: string, title: string, module: string, argument: (work: Work) => string): Contender {
  const program = fileURLToPath(new URL(module, import.meta.url));
  return {
    name,
    title,
    prepare: async (fleet) => void (await mkdir(folderOf(fleet, name), { recursive: true })),
    async execute(work, fleet) {
      const cwd = folderOf(fleet, name);
      await writeFile(join(cwd, 'script'), SCRIPT(work));
      await writeFile(join(cwd, 'list'), fleet.hosts.map(({ port, profile }) => `${port} ${profile}\n`).join(''));
      const argv = ['sh', '-c', 'exec "$@" < list', 'sh', process.execPath, program];
      const words = [fleet.knownHosts, fleet.user, fleet.key, argument(work)];
      return [{ part: 'run', ...(await measured({ argv: [...argv, ...words], cwd })) }];
    },
  };
}

/** A command for each part of the work, over one connection. */
const MASTER_PARTS: Readonly<Record<Work, readonly string[]>> = {
  change: [
    `cat $2/properties/ssl.client.props >/dev/null`,
    `cd $2/properties && cp -p ssl.client.props ssl.client.props.bak && sed 's/^com[.]ibm[.]ssl[.]protocol=.*/com.ibm.ssl.protocol=${WANTED}/' ssl.client.props.bak > ssl.client.props.new && mv ssl.client.props.new ssl.client.props`,
    `$2/bin/toolCheck.sh`,
    `grep -q '^com.ibm.ssl.protocol=${WANTED}' $2/properties/ssl.client.props`,
  ],
  again: [`grep -q '^com.ibm.ssl.protocol=${WANTED}' $2/properties/ssl.client.props`],
  dry: [
    `cd $2/properties && sed 's/^com[.]ibm[.]ssl[.]protocol=.*/com.ibm.ssl.protocol=${WANTED}/' ssl.client.props | diff ssl.client.props - || true`,
  ],
};

const master: Contender = {
  name: 'master',
  title: 'ssh with ControlMaster, a command for each part',
  prepare: async (fleet) => void (await mkdir(folderOf(fleet, 'master'), { recursive: true })),
  async execute(work, fleet) {
    const cwd = folderOf(fleet, 'master');
    const options = `-F ${fleet.sshConfig} -o ControlPath=${cwd}/%C -o ControlMaster=auto -o ControlPersist=60`;
    const parts = MASTER_PARTS[work].map(
      (part) => `ssh ${options} "$1" "${part}" </dev/null >/dev/null 2>&1 || exit 1`,
    );
    const result = await throughXargs(fleet, 'master', parts.join('\n'));
    const stop = `ssh ${options} -O exit "$1" >/dev/null 2>&1; exit 0`;
    await throughXargs(fleet, 'master', stop);
    return [{ part: 'run', ...result }];
  },
};

const PLAYBOOK = (checkOnly: boolean): string => `- hosts: all
  gather_facts: false
  tasks:
    - name: read the file
      ansible.builtin.slurp: { src: "{{ profile }}/properties/ssl.client.props" }
    - name: change one key and keep a backup
      ansible.builtin.lineinfile:
        path: "{{ profile }}/properties/ssl.client.props"
        regexp: "^com\\\\.ibm\\\\.ssl\\\\.protocol="
        line: com.ibm.ssl.protocol=${WANTED}
        backup: true
      register: changed
${
  checkOnly
    ? ''
    : `    - name: run a command
      ansible.builtin.command: "{{ profile }}/bin/toolCheck.sh"
      changed_when: false
      when: changed is changed
    - name: read back
      ansible.builtin.slurp: { src: "{{ profile }}/properties/ssl.client.props" }
      when: changed is changed
`
}`;

const MITOGEN = '/usr/lib/python3/dist-packages/ansible_mitogen/plugins/strategy';

function ansible(name: string, title: string, withMitogen: boolean): Contender {
  return {
    name,
    title,
    async prepare(fleet) {
      expectProgram('ansible-playbook', ['ansible-core', ...(withMitogen ? ['ansible-mitogen'] : [])]);
      if (withMitogen && !existsSync(MITOGEN)) throw new ToolMissing(`no ${MITOGEN}: install ansible-mitogen`);
      const cwd = folderOf(fleet, name);
      await mkdir(cwd, { recursive: true });
      const hosts = fleet.hosts.map((host) => `${host.name} profile=${host.profile}\n`).join('');
      await writeFile(
        join(cwd, 'hosts.ini'),
        `[all]\n${hosts}[all:vars]\nansible_python_interpreter=/usr/bin/python3\n`,
      );
      await writeFile(
        join(cwd, 'ansible.cfg'),
        `[defaults]
inventory = hosts.ini
forks = ${AT_ONCE}
timeout = 60
host_key_checking = true
retry_files_enabled = false
deprecation_warnings = false
${withMitogen ? `strategy_plugins = ${MITOGEN}\nstrategy = mitogen_linear\n` : ''}[ssh_connection]
pipelining = true
ssh_args = -F ${fleet.sshConfig} -o ControlMaster=auto -o ControlPersist=60s
control_path_dir = ${cwd}/cp
`,
      );
      await writeFile(join(cwd, 'work.yml'), PLAYBOOK(false));
      await writeFile(join(cwd, 'dry.yml'), PLAYBOOK(true));
    },
    async execute(work, fleet) {
      const cwd = folderOf(fleet, name);
      const args = work === 'dry' ? ['dry.yml', '--check', '--diff'] : ['work.yml'];
      const env = { ANSIBLE_CONFIG: join(cwd, 'ansible.cfg'), LC_ALL: 'C.UTF-8', ANSIBLE_NOCOLOR: '1' };
      const result = await measured({ argv: ['ansible-playbook', ...args], cwd, env });
      const unchanged = result.output.match(/changed=0/gu)?.length ?? 0;
      if (work === 'again' && unchanged !== fleet.hosts.length) throw new Error(`${title} changed something again`);
      return [{ part: 'run', ...result }];
    },
  };
}

export const CONTENDERS: readonly Contender[] = [
  strictstep,
  // The same script as plain without the client `ssh`: the floor for a program of this kind.
  bare('prototype', 'ssh2 alone, one script', 'prototype.ts', () => 'script'),
  bare('floor', 'ssh2 alone, the scripts of strictstep', 'floor.ts', (work) => work),
  plain,
  master,
  ansible('ansible', 'Ansible', false),
  ansible('mitogen', 'Ansible with Mitogen', true),
];

/** After the work every host is as the work wants it, whoever did it.
 * @throws Error */
export async function expectDone(work: Work, fleet: Fleet, title: string): Promise<void> {
  const { wanted, backups } = await fleet.count(WANTED);
  const all = fleet.hosts.length;
  if (work === 'dry' && (wanted > 0 || backups > 0)) throw new Error(`${title}: a dry run wrote to ${wanted} hosts`);
  if (work !== 'dry' && (wanted !== all || backups !== all))
    throw new Error(
      `${title}: ${wanted} of ${all} hosts changed, ${backups} with a backup (${fileOf(fleet.hosts[0] ?? never())})`,
    );
}

const never = (): never => {
  throw new Error('a fleet without hosts');
};
