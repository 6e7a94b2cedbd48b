// Options of the WebSphere tools. Source: IBM WebSphere 8.5.5, command-line utilities reference.

export type ToolArguments = {
  readonly words: readonly string[];
  readonly has: (flag: string) => boolean;
  readonly value: (option: string) => string | undefined;
};

const FLAGS = new Set([
  '-quiet',
  '-nowait',
  '-trace',
  '-replacelog',
  '-stopservers',
  '-all',
  '-restart',
  '-autoAcceptBootstrapSigner',
  '-listRemoteKeyStoreNames',
  '-listLocalKeyStoreNames',
]);
const WITH_VALUE = new Set([
  '-timeout',
  '-logfile',
  '-host',
  '-port',
  '-conntype',
  '-user',
  '-username',
  '-password',
  '-profileName',
  '-remoteAlias',
  '-localAlias',
]);

/** Undefined names the first option that no tool knows. */
export function parseToolArguments(argv: readonly string[]): ToolArguments | { readonly unknown: string } {
  const words: string[] = [];
  const flags = new Set<string>();
  const values = new Map<string, string>();
  for (let at = 0; at < argv.length; at += 1) {
    const word = argv[at] ?? '';
    if (!word.startsWith('-')) words.push(word);
    else if (FLAGS.has(word)) flags.add(word);
    else if (WITH_VALUE.has(word)) {
      at += 1;
      values.set(word, argv[at] ?? '');
    } else return { unknown: word };
  }
  return { words, has: (flag) => flags.has(flag), value: (option) => values.get(option) };
}
