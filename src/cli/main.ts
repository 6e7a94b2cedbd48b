#!/usr/bin/env node
// The entry: arguments in, exit status out. Everything that can fail ends in renderError(). `strictstep.mjs` starts it
// faster. What it loads comes after before-start, so these imports are dynamic.
import './before-start.mjs';

async function main(words: readonly string[]): Promise<void> {
  // A terminal or a reader that is gone is no reason to end half-way through a step.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  try {
    await execute(words);
  } catch (error) {
    const { exitStatusOf, writeError } = await import('./output.ts');
    writeError(error, words.includes('--json'));
    process.exitCode = exitStatusOf(error);
  }
}

async function execute(words: readonly string[]): Promise<void> {
  const { readShortProbe } = await import('./short-probe.ts');
  const short = readShortProbe(words);
  if (short !== undefined) return (await import('./verbs/probe.ts')).probe(short.endpoints, short.flags);
  const { makeProgram } = await import('./program.ts');
  if (words[0] !== '__complete') return void (await makeProgram(words[0]).parseAsync(words, { from: 'user' }));
  const { complete } = await import('./completion/complete.ts');
  process.stdout.write(await complete(makeProgram(), words.slice(1)));
}

// No await: the built form is CommonJS, which has none here.
void main(process.argv.slice(2));
