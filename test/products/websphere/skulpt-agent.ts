// Runs the real agent in Skulpt with AdminTask objects of a test, for tests of the codec.
import { createRequire } from 'node:module';

type Skulpt = {
  readonly python2: unknown;
  readonly builtinFiles: { readonly files: Readonly<Record<string, string>> };
  configure(options: object): void;
  importMainWithBody(name: string, dump: boolean, body: string, canSuspend: boolean): unknown;
  readonly misceval: { asyncToPromise(run: () => unknown): Promise<unknown> };
};

/** @param stubs Python source that defines AdminTask, AdminConfig and AdminControl */
export async function runAgentLine(agentLine: string, stubs: string, requests: readonly string[]): Promise<string> {
  const skulpt = createRequire(import.meta.url)('skulpt') as Skulpt;
  const pending = [...requests];
  let output = '';
  skulpt.configure({
    __future__: skulpt.python2,
    inputfunTakesPrompt: true,
    inputfun: () => Promise.resolve(pending.shift() ?? 'quit'),
    output: (text: string) => {
      output += text;
    },
    read: (file: string) => {
      const content = skulpt.builtinFiles.files[file];
      if (content === undefined) throw new Error(`no file ${file}`);
      return content;
    },
  });
  // Skulpt has no exec of a text with input in it: the text is unpacked as Python would.
  const source = JSON.parse(agentLine.slice('exec('.length, -1)) as string;
  await skulpt.misceval.asyncToPromise(() => skulpt.importMainWithBody('<stdin>', false, `${stubs}\n${source}`, true));
  return output;
}
