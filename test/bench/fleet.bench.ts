// How long one small change takes on a fleet of 10, 50 and 200 real SSH servers, by strictstep and by what people use else:
// `npm run bench:fleet`. Contenders take turns in one run; the figures are medians of the rounds. docs/scale.md tells how to
// read them. Flags: --hosts 50 (repeatable), --rounds 3, --only strictstep,plain, --work change,dry.
import { parseArgs } from 'node:util';
import { CONTENDERS, expectDone, WORKS, type Contender, type Work } from './fleet/contenders.ts';
import { openFleet, type Fleet } from './fleet/hosts.ts';
import { expectProgram, ToolMissing, type Measured } from './fleet/tools.ts';

const { values: flags } = parseArgs({
  options: {
    hosts: { type: 'string', multiple: true, default: ['10', '50', '200'] },
    rounds: { type: 'string' },
    only: { type: 'string', default: CONTENDERS.map(({ name }) => name).join(',') },
    work: { type: 'string', default: WORKS.join(',') },
  },
});

type Sample = Measured & {
  readonly work: Work;
  readonly part: string;
  readonly contender: string;
  /** of the whole work, whatever the part */
  readonly hostCpuSeconds: number;
};

const say = (text: string): void => void process.stdout.write(`${text}\n`);
const median = (numbers: readonly number[]): number =>
  numbers.toSorted((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
const chosen = flags.only.split(',');
const works = WORKS.filter((work) => flags.work.split(',').includes(work));

async function benchSize(size: number): Promise<void> {
  await using fleet = await openFleet(size);
  const contenders: Contender[] = [];
  for (const contender of CONTENDERS.filter(({ name }) => chosen.includes(name))) {
    try {
      await contender.prepare(fleet);
      contenders.push(contender);
    } catch (error) {
      if (!(error instanceof ToolMissing)) throw error;
      say(`NOT RUN: ${contender.title}: ${error.message}`);
    }
  }
  const rounds = Number(flags.rounds ?? (size > 100 ? 1 : 3));
  say(`\n${size} hosts, ${rounds} ${rounds === 1 ? 'round' : 'rounds'}`);
  const samples: Sample[] = [];
  for (let round = 0; round < rounds; round += 1)
    for (let index = 0; index < contenders.length; index += 1) {
      // Another one begins each round: none always finds the machine as its predecessor left it.
      const contender = contenders[(index + round) % contenders.length];
      if (contender === undefined) continue;
      try {
        samples.push(...(await oneTurn(contender, fleet)));
      } catch (error) {
        // One that cannot do the work is told, and the others go on.
        say(`FAILED: ${contender.title}: ${error instanceof Error ? error.message : String(error)}`);
      }
    }
  for (const work of works) report(work, size, samples, contenders);
}

async function oneTurn(contender: Contender, fleet: Fleet): Promise<readonly Sample[]> {
  const samples: Sample[] = [];
  for (const work of WORKS.filter((one) => works.includes(one) || one === 'change')) {
    if (!works.includes('again') && !works.includes(work)) continue;
    if (work !== 'again') await fleet.reset();
    const before = await fleet.cpuSeconds();
    const parts = await contender.execute(work, fleet);
    await expectDone(work, fleet, contender.title);
    const hostCpuSeconds = (await fleet.cpuSeconds()) - before;
    samples.push(...parts.map((part) => ({ ...part, work, contender: contender.name, hostCpuSeconds })));
    // A run that is cut off has told what it had.
    for (const { part, seconds } of parts) say(`  ${contender.title}, ${work}, ${part}: ${seconds.toFixed(2)} s`);
  }
  return samples;
}

const COLUMNS = ['seconds', 'ratio', 'client CPU ms/host', 'host CPU ms', 'peak MB'];
const row = (title: string, cells: readonly string[]): string =>
  `${title.padEnd(48)}${cells.map((cell) => cell.padStart(19)).join('')}`;

/** ratio: how many times strictstep's seconds */
function report(work: Work, size: number, samples: readonly Sample[], contenders: readonly Contender[]): void {
  say(`\n${row(`${work}, ${size} hosts`, COLUMNS)}`);
  const ours = samples.filter((sample) => sample.work === work && sample.contender === 'strictstep');
  const own = ours.filter(({ part }) => part === ours.at(-1)?.part);
  const base = median(own.map(({ seconds }) => seconds));
  for (const { name, title } of contenders) {
    const parts = Map.groupBy(
      samples.filter((sample) => sample.work === work && sample.contender === name),
      ({ part }) => part,
    );
    for (const [part, found] of parts) {
      const seconds = median(found.map((sample) => sample.seconds));
      const cpu = (median(found.map(({ cpuSeconds }) => cpuSeconds)) * 1000) / size;
      const hostCpu = (median(found.map(({ hostCpuSeconds }) => hostCpuSeconds)) * 1000) / size;
      const peak = Math.max(...found.map(({ peakMegabytes }) => peakMegabytes));
      const cells = [
        seconds.toFixed(2),
        (seconds / base).toFixed(2),
        cpu.toFixed(1),
        hostCpu.toFixed(1),
        peak.toFixed(0),
      ];
      say(row(parts.size === 1 ? title : `${title} ${part}`, cells));
    }
  }
}

expectProgram('/usr/bin/time', ['time']);
expectProgram('/usr/sbin/sshd', ['openssh-server']);
for (const size of flags.hosts.map(Number)) await benchSize(size);
