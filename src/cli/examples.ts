// Lines to copy for every verb, and the order in which help lists the verbs. A test holds that every verb is here and
// that every line is one the program takes.

/** a command line without the word strictstep, and what it does */
export type Example = readonly [line: string, what: string];

export const VERB_GROUPS: Readonly<Record<string, readonly string[]>> = {
  'Begin:': ['demo', 'init', 'discover', 'doctor', 'lab'],
  'Look (read only):': ['check', 'probe', 'audit', 'census', 'cert'],
  'Plan and apply:': ['plan', 'show', 'approve', 'apply', 'rehearse', 'rollback'],
  'Runs:': ['status', 'pause', 'resume', 'unlock', 'journal'],
  'Help:': ['explain', 'completion', 'schema', 'man', 'version'],
};

const INVENTORY = '--inventory inventory.yaml';
const RUN = 'run-4f1c09aa7d02';

const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  demo: [
    ['demo', 'the whole migration on a simulated cell; report in strictstep-demo/report.html'],
    ['demo --out try1', 'the same with its files in another folder'],
  ],
  init: [
    ['init --out deployment', 'asks a few questions; writes inventory.yaml, playbook.yaml and answers.yaml'],
    ['init --answers deployment/answers.yaml --no-input --out again', 'the same files again, without questions'],
  ],
  discover: [
    ['discover --host st1=wasadmin@192.0.2.11 --identity-file id --known-hosts known_hosts', 'what is on this host?'],
    [`discover ${INVENTORY} --out found.yaml`, 'complete a file of hosts; the facts go to found.facts.json'],
  ],
  'lab up': [
    ['lab up --dir lab --detach', 'a simulated Sametime cell; then use lab/inventory.yaml with every verb'],
    ['lab up --dir community --scenario community --detach', 'a community of Sametime servers'],
  ],
  'lab down': [['lab down --dir lab', 'stop it; its state stays in the folder']],
  'lab hand': [['lab hand --dir community client-mode mux1', 'do what a manual step of a plan asks a person to do']],
  'lab fault': [[`lab fault --dir community '{"kind":"kill","process":"st1"}'`, 'kill a process of a running lab']],
  plan: [
    [
      `plan ${INVENTORY} --playbook sametime-tls12 --out plan.json`,
      'read the hosts, prove every state in between, write the plan',
    ],
    [
      `plan ${INVENTORY} --playbook mine.yaml --detailed-exitcode`,
      'for cron: exit 2 when something is not as the playbook wants it',
    ],
  ],
  show: [
    ['show plan.json', 'what would be done, in the terminal'],
    ['show plan.json --format html > plan.html', 'the packet for a change board'],
    [`show strictstep-runs/${RUN}`, 'the report of a run'],
  ],
  approve: [
    ['approve plan.json --key ~/.ssh/id_ed25519 --identity jo@acme.example', 'sign exactly this plan'],
    ['approve plan.json --verify --allowed-signers allowed_signers', 'say who has approved it; signs nothing'],
  ],
  apply: [
    ['apply plan.json --confirm stCell', 'do exactly this plan; the same line goes on after a stop'],
    [
      'apply plan.json --confirm stCell --approvals 2 --allowed-signers allowed_signers --no-input --json',
      'unattended: two people must have approved; one event a line',
    ],
  ],
  rollback: [
    [`rollback ${RUN} --dry-run`, 'show the way back and its proof'],
    [`rollback ${RUN} --confirm stCell`, 'take the run back'],
  ],
  rehearse: [
    [
      `rehearse ${INVENTORY} --server stCommunity/st1 --for 15m --confirm stCommunity`,
      'st1 is strict for 15 minutes; who is refused is written down',
    ],
  ],
  pause: [[`pause ${RUN} --reason 'users call'`, 'the run waits before its next step']],
  resume: [[`resume ${RUN}`, 'it goes on']],
  unlock: [
    [`unlock ${RUN} --reason 'the machine was replaced'`, 'take away the lock of a run that is gone'],
    [`unlock dm ${INVENTORY} --reason 'the run was moved'`, 'take away the lock on a host'],
  ],
  'journal verify': [[`journal verify ${RUN}`, 'is the record of this run whole and unchanged?']],
  status: [
    ['status', 'all runs of strictstep-runs'],
    [`status ${RUN}`, 'one of them, step by step'],
    ['status --inventory inventory.yaml --baseline accepted.json', 'every port now, and certificates that changed'],
  ],
  probe: [
    ['probe chat.acme.example:443', 'protocols, cipher suites and certificate of a port'],
    ['probe st1.acme.example:1533 --starttls sametime --policy sametime-hardened', 'and what is wrong with them'],
  ],
  audit: [[`audit ${INVENTORY} --policy rfc9325 --html audit.html`, 'every TLS listener of the inventory, as a page']],
  'cert inspect': [
    ['cert inspect new.p12 --password-file p12.password --host chat.acme.example', 'is it fit for this name?'],
  ],
  'cert convert': [
    [
      'cert convert new.p12 --password-file p12.password --to pkcs12-legacy --out for-java8.p12',
      'a form that old Java reads',
    ],
  ],
  'cert split': [['cert split new.p12 --password-file p12.password --out-dir signers', 'its authorities as PEM files']],
  check: [
    [`check ${INVENTORY}`, 'does every caller trust what every listener shows now?'],
    [`check ${INVENTORY} --playbook sametime-tls12`, 'and at the end of the playbook?'],
  ],
  census: [
    [`census ${INVENTORY} --community stCommunity --for 8d`, 'eight days: who still comes without TLS?'],
    [`census ${INVENTORY} --community stCommunity --for 24h --waivers waivers.yaml`, 'with callers that may'],
  ],
  doctor: [
    ['doctor', 'is this machine fit to run strictstep?'],
    [`doctor ${INVENTORY}`, 'and for these hosts: keys, known hosts and secrets'],
  ],
  explain: [
    ['explain PROOF_REFUSED', 'what an error code means and what to do'],
    ['explain', 'all codes'],
  ],
  completion: [
    ['completion bash > ~/.local/share/bash-completion/completions/strictstep', 'bash'],
    ['completion zsh > ~/.zfunc/_strictstep', 'zsh, with ~/.zfunc in fpath'],
    ['completion fish > ~/.config/fish/completions/strictstep.fish', 'fish'],
  ],
  schema: [['schema inventory > inventory.schema.json', 'for editors that check YAML while you write it']],
  man: [['man > strictstep.1', 'the manual page, for man -l']],
  version: [['version --json', 'the versions of strictstep and Node']],
};

export const examplesOf = (path: string): readonly Example[] => EXAMPLES[path] ?? [];
