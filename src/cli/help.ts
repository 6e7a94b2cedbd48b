// What help looks like, for every verb alike: examples first, flags of every verb last, one suggestion for a typing
// error. It walks the tree of verbs when they are all there, so a new verb needs no more than its examples.
import { type Argument, Command, CommanderError, Help, Option } from 'commander';
import { OperatorError } from '../core/errors.ts';
import { didYouMean } from '../core/yaml/did-you-mean.ts';
import { type Example, examplesOf, VERB_GROUPS } from './examples.ts';
import { writeResult } from './output.ts';

const EVERY_VERB = 'Every verb:';

/** "lab up"; empty for the program itself */
export const pathOf = (command: Command): string =>
  command.parent === null ? '' : `${pathOf(command.parent)} ${command.name()}`.trim();

/** Every command with something to do or to show, the program itself left out. */
export function verbsOf(command: Command): readonly Command[] {
  return command.commands.flatMap((child) => [child, ...verbsOf(child)]);
}

/** Commander has no public word for it. */
const isHidden = (command: Command): boolean => Reflect.get(command, '_hidden') === true;

/** What a person can call: no groups, nothing that only programs call. */
export const leavesOf = (program: Command): readonly Command[] =>
  verbsOf(program).filter((command) => command.commands.length === 0 && !isHidden(command));

/** @param bare what the program says when it is started without a word */
export function finishHelp(program: Command, bare: string): Command {
  program.addHelpCommand(
    new Command('help').argument('[verb]').description('show one verb with examples').helpGroup('Help:'),
  );
  for (const command of [program, ...verbsOf(program)]) {
    if (command.commands.length === 0) addSharedFlags(command);
    else if (command !== program) command.helpCommand(false);
    const help = new Option('-h, --help', 'show this');
    command
      .addHelpOption(command === program ? help : help.helpGroup(EVERY_VERB))
      .configureHelp({ subcommandTerm: renderTerm, optionDescription: renderOption })
      .configureOutput({ writeErr: () => undefined, outputError: () => undefined })
      .showSuggestionAfterError(true)
      .exitOverride((error) => endOf(error, command, bare));
    const examples = examplesOf(pathOf(command));
    if (examples.length > 0) command.addHelpText('before', () => renderExamples(examples));
  }
  for (const verb of program.commands) verb.helpGroup(groupOf(verb.name()));
  return program;
}

/** Prompts need a terminal anyway. */
const addSharedFlags = (verb: Command): Command =>
  verb
    .addOption(
      new Option('--json', 'one JSON document on standard output; long commands: one event per line')
        .default(false)
        .helpGroup(EVERY_VERB),
    )
    .addOption(
      new Option('--no-input', 'never ask; a missing answer ends the command with status 64').helpGroup(EVERY_VERB),
    );

const renderTerm = (command: Command): string =>
  [command.name(), ...command.registeredArguments.map(humanReadableArgument)].join(' ');

function humanReadableArgument(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** That a switch is off when it is not given goes without saying. */
const renderOption = (option: Option): string => new Help().optionDescription(option).replace(' (default: false)', '');

const groupOf = (name: string): string =>
  Object.entries(VERB_GROUPS).find(([, names]) => names.includes(name))?.[0] ?? 'More:';

const renderExamples = (examples: readonly Example[]): string =>
  `Examples:\n${examples.map(([line, what]) => `  strictstep ${line}\n      ${what}`).join('\n')}\n`;

/** Help and version are no errors; the rest is wrong usage, with one thing to do about it.
 * @throws CommanderError, OperatorError USAGE */
function endOf(error: CommanderError, command: Command, bare: string): never {
  if (error.exitCode === 0) throw error;
  const verb = pathOf(command);
  if (error.code === 'commander.help' && verb === '') {
    writeResult(bare);
    throw new CommanderError(0, error.code, error.message);
  }
  if (error.code === 'commander.help') throw missingVerb(command);
  // Commander looks for what is missing before it looks for what is unknown; a misspelt flag is both.
  const misspelt = command.args.find((word) => word.startsWith('--'));
  if (error.code === 'commander.missingMandatoryOptionValue' && misspelt !== undefined)
    throw unknown(misspelt, command);
  const [what = '', suggestion] = error.message.replace(/^error: /, '').split('\n');
  const meant = /^\((Did you mean .*\?)\)$/.exec(suggestion ?? '')?.[1];
  throw new OperatorError('USAGE', what, { hint: meant ?? nextTry(what, verb), cause: error });
}

function unknown(word: string, command: Command): OperatorError {
  const [flag = word] = word.split('=');
  const hint = didYouMean(
    flag,
    command.options.flatMap(({ long }) => long ?? []),
  );
  return new OperatorError('USAGE', `unknown option '${flag}'`, { hint });
}

const missingVerb = (command: Command): OperatorError => {
  const names = command.commands.filter((child) => !isHidden(child)).map((child) => child.name());
  return new OperatorError('USAGE', `${pathOf(command)} needs one more word`, { hint: `Say ${listed(names)}.` });
};

const listed = (names: readonly string[]): string =>
  names.length < 2 ? names.join('') : `${names.slice(0, -1).join(', ')} or ${names.at(-1)}`;

/** What is missing is best shown by a line that has it. */
function nextTry(what: string, verb: string): string {
  const [first] = examplesOf(verb);
  if (/^(missing|required)/.test(what) && first !== undefined) return `Write for instance "strictstep ${first[0]}".`;
  return `Run "strictstep ${verb === '' ? '' : `${verb} `}--help" to see what there is.`;
}
