// The manual page in roff: all verbs with their flags and examples, exit statuses and files. Source of the form: man(7).
import type { Command, Option } from 'commander';
import { EXIT } from '../core/errors.ts';
import { examplesOf } from './examples.ts';
import { leavesOf, pathOf } from './help.ts';

const EXIT_WORDS: Readonly<Record<keyof typeof EXIT, string>> = {
  done: 'done, or no changes',
  bug: 'a fault of strictstep itself',
  findings: 'changes pending or findings, only with --detailed-exitcode',
  stale: 'the plan is stale, or something drifted',
  gate: 'a gate refused: proof, health, census or policy',
  approval: 'confirmation wrong, approval missing or invalid, or outside the change window',
  locked: 'another run holds the lock',
  rolledBack: 'failed, and taken back completely',
  manual: 'failed, and a person is needed',
  inconclusive: 'no clear answer',
  held: 'held; the same command goes on',
  usage: 'wrong usage, or a missing answer',
  badInput: 'an input file or key store that cannot be used',
  unreachable: 'a host or port that cannot be reached',
};

export function renderManual(program: Command, version: string): string {
  const verbs = leavesOf(program);
  return [
    `.TH STRICTSTEP 1 "" "strictstep ${version}" "User Commands"`,
    '.SH NAME',
    `strictstep \\- ${roff('moves enterprise instant-messaging deployments to strict TLS')}`,
    '.SH SYNOPSIS',
    '.B strictstep',
    '.I VERB',
    '[\\fIoptions\\fR] [\\fIarguments\\fR]',
    '.SH DESCRIPTION',
    roff(program.description()),
    '.PP',
    roff('The result goes to standard output, everything else to standard error. Nothing is asked without a terminal.'),
    '.SH VERBS',
    ...verbs.flatMap(renderVerb),
    '.SH EVERY VERB',
    ...(verbs[0]?.options ?? []).filter(isShared).flatMap(renderFlag),
    '.SH EXIT STATUS',
    ...Object.entries(EXIT).flatMap(([name, status]) => tagged(String(status), EXIT_WORDS[name as keyof typeof EXIT])),
    ...tagged('129, 130, 143', 'ended by a signal after the step that was under way'),
    '.SH FILES',
    ...tagged('strictstep-runs/', 'the runs with plan, journal, evidence and report; --state names another folder'),
    ...tagged('strictstep-census/', 'the evidence of censuses'),
    '.SH SEE ALSO',
    `${bold('strictstep explain CODE')} tells what an error code means and what to do.`,
    '',
  ].join('\n');
}

function renderVerb(verb: Command): readonly string[] {
  const words = verb.registeredArguments.map((argument) => {
    const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
    return argument.required ? name : `[${name}]`;
  });
  return [
    '.SS',
    bold(roff(['strictstep', pathOf(verb), ...words].join(' '))),
    roff(verb.description()),
    ...verb.options.filter((option) => !isShared(option) && !option.hidden).flatMap(renderFlag),
    ...examplesOf(pathOf(verb)).flatMap(([line, what]) => [
      '.PP',
      `${roff(what)}:`,
      '.PP',
      '.nf',
      roff(`    strictstep ${line}`),
      '.fi',
    ]),
  ];
}

const isShared = ({ long }: Option): boolean => long === '--json' || long === '--no-input';

function renderFlag({ flags, description, argChoices, defaultValue, mandatory }: Option): readonly string[] {
  const more = [
    ...(argChoices === undefined ? [] : [`one of ${argChoices.join(', ')}`]),
    ...(typeof defaultValue === 'string' ? [`default ${defaultValue}`] : []),
    ...(mandatory ? ['required'] : []),
  ];
  return tagged(flags, more.length === 0 ? description : `${description} (${more.join('; ')})`);
}

const tagged = (tag: string, text: string): readonly string[] => ['.TP', bold(roff(tag)), roff(text)];
const bold = (text: string): string => `\\fB${text}\\fR`;

/** Backslash, hyphen and a control character at the beginning of a line mean something else to roff. */
const roff = (text: string): string =>
  text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^([.'])/, '\\&$1');
