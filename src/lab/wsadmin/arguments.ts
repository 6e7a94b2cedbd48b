// The command line of wsadmin.sh. Source: IBM WebSphere 8.5.5, usage text WASX7001I. Options that change nothing in the
// lab are accepted and dropped, as scripts pass them.

export type WsadminArguments = {
  readonly connection: 'SOAP' | 'NONE';
  readonly language: string;
  readonly host: string | undefined;
  readonly port: number | undefined;
  readonly user: string | undefined;
  readonly password: string | undefined;
  readonly script: string | undefined;
  readonly commands: readonly string[];
  /** what sys.argv holds: without the script's name */
  readonly rest: readonly string[];
};

const WITH_VALUE = new Set(
  [
    'c f p profile javaoption lang wsadmin_classpath profileName conntype host port user username password',
    'jobid tracefile appendtrace usejython21',
  ]
    .join(' ')
    .split(' '),
);

/** @throws Error with the WASX text for an option that wsadmin does not know */
export function parseArguments(argv: readonly string[]): WsadminArguments {
  const values = new Map<string, string>();
  const commands: string[] = [];
  let at = 0;
  for (; at < argv.length; at += 2) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) break;
    const name = word.slice(1);
    const value = argv[at + 1];
    if (!WITH_VALUE.has(name) || value === undefined) throw new Error(`WASX7137E: Invalid option: "${word}"`);
    if (name === 'c') commands.push(value);
    else values.set(name, value);
  }
  const connection = values.get('conntype') ?? 'SOAP';
  if (connection !== 'SOAP' && connection !== 'NONE')
    throw new Error(`WASX7137E: Invalid option: "-conntype ${connection}"`);
  const port = values.get('port');
  return {
    connection,
    language: values.get('lang') ?? 'jacl',
    host: values.get('host'),
    port: port === undefined ? undefined : Number(port),
    user: values.get('user') ?? values.get('username'),
    password: values.get('password'),
    script: values.get('f'),
    commands,
    rest: argv.slice(at),
  };
}
