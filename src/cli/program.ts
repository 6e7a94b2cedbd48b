// The verbs and their flags. What each does is in verbs/, loaded when it is called so that help stays fast.
import { Command, Option } from 'commander';
import { addCert } from './cert-verbs.ts';
import { ACCEPT_NEW } from './first-keys.ts';
import { addCensusOptions } from './census-options.ts';
import { addRehearseOptions } from './rehearse-options.ts';
import { addHelpVerbs } from './help-verbs.ts';
import { finishHelp } from './help.ts';
import { addDiscover, addInit } from './start-options.ts';
import { addStatusOptions } from './status-options.ts';
import { addProbeOptions } from './probe-options.ts';
import type { ApprovalFlags, WindowFlags } from './gates.ts';
import type { ApproveFlags } from './verbs/approve.ts';
import type { AuditFlags } from './verbs/audit.ts';
import type { CheckFlags } from './verbs/check.ts';
import type { ControlFlags, UnlockFlags } from './verbs/control.ts';
import type { PlanFlags } from './verbs/plan.ts';
import type { RollbackFlags } from './verbs/rollback.ts';
import { readVersion } from './version.ts';

export type GlobalFlags = { readonly json: boolean; readonly input: boolean };

/** @param word the first one of a command line: only its verb is made, as making all takes longer than a quick probe */
export function makeProgram(word = ''): Command {
  const program = new Command('strictstep')
    .description('Moves enterprise instant-messaging deployments to strict TLS, one server at a time.')
    .version(readVersion(), '--version', 'print the version')
    .addHelpText('after', USUAL_PATH);
  const wanted = VERBS.filter(([words]) => words.includes(word));
  for (const [, add] of wanted.length > 0 ? wanted : VERBS) add(program);
  return finishHelp(program, SHORT_HELP);
}

/** First words, and what adds their verbs. Verbs that tell about all verbs have no word here. */
const VERBS: readonly (readonly [words: readonly string[], add: (program: Command) => unknown])[] = [
  [['demo'], addDemo],
  [['init'], (program) => addInit(program, addVerb)],
  [['discover'], (program) => addDiscover(program, addVerb)],
  [['lab'], addLab],
  [['check'], addCheck],
  [
    ['probe'],
    (program) => addProbeOptions(addVerb(program, 'probe [host:port...]', 'what ports offer, from their own answers')),
  ],
  [['audit'], addAudit],
  [['census'], addCensus],
  [['cert'], (program) => addCert(program, addVerb)],
  [['plan', 'show'], addPlan],
  [['approve'], addApprove],
  [['apply', 'rollback', 'rehearse', 'pause', 'resume', 'unlock', 'journal', 'status'], addRun],
  [[], (program) => addHelpVerbs(program, addVerb)],
];

const USUAL_PATH = `
The usual path:
  strictstep demo                                     see the whole migration on a simulated deployment
  strictstep init                                     from a few host names to an inventory and a plan, by questions
  strictstep plan --inventory I.yaml --playbook sametime-tls12 --out plan.json
  strictstep show plan.json                           read what would be done
  strictstep approve plan.json --key K --identity ID  sign exactly that plan
  strictstep apply plan.json --confirm NAME           do exactly that, or go on with it`;

/** Shown when nothing is asked for. */
const SHORT_HELP = `strictstep moves enterprise instant-messaging deployments to strict TLS, one server at a time.
${USUAL_PATH}

strictstep --help lists every verb, strictstep VERB --help shows one with examples.`;

/** finishHelp gives it the flags that every verb has. */
const addVerb = (parent: Command, usage: string, description: string): Command =>
  parent.command(usage).description(description);

function addDemo(program: Command): void {
  addVerb(program, 'demo', 'migrate a simulated Sametime cell to TLS 1.2 and write a report')
    .option('--out <dir>', 'folder for report, plan, journal and the lab itself', 'strictstep-demo')
    .action(async (flags: GlobalFlags & { readonly out: string }) => (await import('./verbs/demo.ts')).demo(flags));
}

const SCENARIOS = ['sametime-cell', 'community', 'sun-im', 'three-cells'] as const;
type Scenario = (typeof SCENARIOS)[number];

function addCensus(program: Command): void {
  addCensusOptions(addVerb(program, 'census', 'who still calls a community without TLS; writes nothing on any host'));
}

function addLab(program: Command): void {
  const lab = program.command('lab').description('the simulated deployment');
  addVerb(lab, 'up', 'start it; runs until it is told to stop')
    .option('--dir <dir>', 'folder of the lab', 'strictstep-lab')
    .addOption(
      new Option('--scenario <name>', 'what to simulate; default: what the folder holds, else sametime-cell').choices(
        SCENARIOS,
      ),
    )
    .option('--detach', 'return once it is ready', false)
    .action(async (flags: GlobalFlags & { dir: string; scenario?: Scenario; detach: boolean }) =>
      (await import('./verbs/lab.ts')).labUp(flags),
    );
  addVerb(lab, 'down', 'stop it; its state stays in the folder')
    .option('--dir <dir>', 'folder of the lab', 'strictstep-lab')
    .action(async (flags: GlobalFlags & { dir: string }) => (await import('./verbs/lab.ts')).labDown(flags));
  addVerb(lab, 'hand <words...>', 'be the human of a manual step in the scenarios community and sun-im')
    .option('--dir <dir>', 'folder of the lab', 'strictstep-lab')
    .action(async (words: readonly string[], flags: GlobalFlags & { dir: string }) =>
      (await import('./verbs/lab.ts')).labHand(words, flags),
    );
  addVerb(lab, 'fault <json>', 'break something in a running lab, for instance {"kind":"kill","process":"st1"}')
    .option('--dir <dir>', 'folder of the lab', 'strictstep-lab')
    .action(async (fault: string, flags: GlobalFlags & { dir: string }) =>
      (await import('./verbs/lab.ts')).labFault(fault, flags),
    );
}

function addPlan(program: Command): void {
  addVerb(program, 'plan', 'read the hosts and compute what would be done; writes nothing on any host')
    .requiredOption('--inventory <file>', 'the deployment')
    .requiredOption('--playbook <file>', 'the wish: a file, or the name of a shipped playbook')
    .option('--out <file>', 'where to write the plan')
    .option('--census <dir>', 'folder of the evidence of strictstep census', 'strictstep-census')
    .option('--state <dir>', 'folder of the runs: restarts that an unfinished one owes are planned', 'strictstep-runs')
    .option('--detailed-exitcode', 'exit 2 when there are changes', false)
    .option(...ACCEPT_NEW)
    .action(async (flags: PlanFlags) => (await import('./verbs/plan.ts')).plan(flags));
  addVerb(program, 'show <plan-or-run>', 'show a plan or the report of a run')
    .addOption(
      new Option('--format <form>', 'how').choices(['text', 'md', 'html', 'json', 'wsadmin', 'csv']).default('text'),
    )
    .action(async (file: string, flags: GlobalFlags & { format: string }) =>
      (await import('./verbs/show.ts')).show(file, flags),
    );
}

function addApprove(program: Command): void {
  const verb = addVerb(program, 'approve <plan>', 'sign exactly this plan with an SSH key, or say who has')
    .option('--key <file>', 'SSH private key, or the public half of one that ssh-agent holds')
    .option('--identity <id>', 'who approves, as the allowed-signers file names it')
    .option('--expires <time>', 'how long the approval counts: 15m, 12h; default: as the inventory says, else 7d')
    .option('--verify', 'sign nothing: say which approvals count', false);
  addGateFlags(verb).action(async (file: string, flags: ApproveFlags) =>
    (await import('./verbs/approve.ts')).approve(file, flags),
  );
}

const addGateFlags = (verb: Command): Command =>
  verb
    .option('--approvals <n>', 'how many people must have approved the plan; default: as the inventory says')
    .option('--allowed-signers <file>', 'who may approve: the file of ssh-keygen -Y verify')
    .option('--planner <id>', 'who made the plan; that approval does not count')
    .option('--window-from <time>', 'not before: 2026-03-01T22:00:00+01:00')
    .option('--window-until <time>', 'the work, and the undoing of all of it, must fit before');

function addRun(program: Command): void {
  const verb = addVerb(program, 'apply <plan>', 'execute exactly this plan, or go on with it')
    .option('--state <dir>', 'folder of the runs', 'strictstep-runs')
    .option('--census <dir>', 'folder of the evidence of strictstep census', 'strictstep-census')
    .option('--confirm <name>', 'the name that the plan asks for')
    .option('--parallel-groups <n>', 'groups that no link joins, worked on at the same time; one server each', '1');
  addGateFlags(verb).action(
    async (
      file: string,
      flags: GlobalFlags &
        ApprovalFlags &
        WindowFlags & { state: string; census: string; confirm?: string; parallelGroups: string },
    ) => (await import('./verbs/apply.ts')).apply(file, flags),
  );
  addVerb(program, 'rollback <run>', 'take a run back: newest step first, one server at a time, health checked')
    .option('--state <dir>', 'folder of the runs', 'strictstep-runs')
    .option('--confirm <name>', 'the name of what is changed')
    .option('--dry-run', 'show the way back and its proof; write nothing', false)
    .option('--unproved', 'go back although a required link breaks on the way', false)
    .action(async (run: string, flags: RollbackFlags) => (await import('./verbs/rollback.ts')).rollback(run, flags));
  addRehearseOptions(addVerb(program, 'rehearse', 'one server strict for a bounded time: who would be refused?'));
  const addControl = (usage: string, description: string): Command =>
    addVerb(program, usage, description).option('--state <dir>', 'folder of the runs', 'strictstep-runs');
  addControl('pause <run>', 'let a run wait before its next step')
    .option('--reason <text>', 'why; the run writes it down')
    .action(async (run: string, flags: ControlFlags) => (await import('./verbs/control.ts')).pause(run, flags));
  addControl('resume <run>', 'let a paused run go on').action(async (run: string, flags: ControlFlags) =>
    (await import('./verbs/control.ts')).resume(run, flags),
  );
  addControl('unlock <id>', 'take a lock away: of a run here, or of a host of the inventory')
    .option('--inventory <file>', 'the deployment that the host belongs to')
    .option('--reason <text>', 'why')
    .action(async (id: string, flags: UnlockFlags) => (await import('./verbs/control.ts')).unlock(id, flags));
  const journal = program.command('journal').description('the record of a run');
  addVerb(journal, 'verify <run>', 'is the record whole and unchanged? Names the line where it is not')
    .option('--state <dir>', 'folder of the runs', 'strictstep-runs')
    .action(async (run: string, flags: GlobalFlags & { state: string }) =>
      (await import('./verbs/journal.ts')).journalVerify(run, flags),
    );
  addStatusOptions(
    addVerb(program, 'status [run]', 'where the runs stand, from files here; or what every port is now'),
  );
}

function addAudit(program: Command): void {
  addVerb(program, 'audit', 'probe every TLS listener of an inventory and say what does not hold; read only')
    .requiredOption('--inventory <file>', 'the deployment')
    .option('--policy <name-or-file>', 'judge by rfc9325, ietf88, sametime-hardened or a file of yours')
    .option('--expect <file>', 'compare every listener with this expectation')
    .option('--baseline <file>', 'what changed since a saved audit --json or probe --json')
    .option('--quick', 'at most ten connections a listener; no cipher suites', false)
    .option('--pause <ms>', 'time between the starts of two connections to one port')
    .option('--html <file>', 'also write a page for people')
    .option('--sarif <file>', 'also write SARIF 2.1.0 for code scanning')
    .option('--junit <file>', 'also write a JUnit file')
    .option('--force', 'replace existing files', false)
    .option('--detailed-exitcode', 'exit 2 when something does not hold', false)
    .action(async (flags: AuditFlags) => (await import('./verbs/audit.ts')).audit(flags));
}

function addCheck(program: Command): void {
  addVerb(program, 'check', 'lint the inputs, then: does every caller trust what every listener will show? Read only')
    .requiredOption('--inventory <file>', 'the deployment')
    .option('--playbook <file>', 'judge the end of this playbook; without it: as it is now')
    .option('--at <date>', 'judge as of this date; default now')
    .option('--soon <days>', 'warn that many days before a certificate expires', '30')
    .option('--detailed-exitcode', 'exit 2 when there are warnings', false)
    .option(...ACCEPT_NEW)
    .action(async (flags: CheckFlags) => (await import('./verbs/check.ts')).check(flags));
}
