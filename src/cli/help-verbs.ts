// The verbs that explain: of strictstep itself and of the machine it runs on. None of them contacts a host.
import { Argument, type Command } from 'commander';
import { SHELLS } from './completion/scripts.ts';
import type { GlobalFlags } from './program.ts';
import { SCHEMA_NAMES, type SchemaName } from './schema-names.ts';
import type { DoctorFlags } from './verbs/doctor.ts';

/** @param addVerb adds a verb with the flags that every verb has */
export function addHelpVerbs(
  program: Command,
  addVerb: (parent: Command, usage: string, description: string) => Command,
): void {
  addVerb(program, 'doctor', 'is this machine fit to run strictstep? Read only, contacts no host')
    .option('--inventory <file>', 'also: its keys, known hosts and secrets')
    .option('--state <dir>', 'folder of the runs', 'strictstep-runs')
    .option('--detailed-exitcode', 'exit 2 when there are warnings', false)
    .action(async (flags: DoctorFlags) => (await import('./verbs/doctor.ts')).doctor(flags));
  addVerb(program, 'explain [code]', 'what a code means and what to do; without a code: all of them').action(
    async (code: string | undefined, flags: GlobalFlags) => (await import('./verbs/explain.ts')).explain(code, flags),
  );
  addVerb(program, 'completion', 'what a shell loads to complete verbs, flags, runs and names')
    .addArgument(new Argument('<shell>', 'which shell').choices(SHELLS))
    .action(async (shell: (typeof SHELLS)[number], flags: GlobalFlags) =>
      (await import('./verbs/completion.ts')).completion(shell, flags),
    );
  addVerb(program, 'schema', 'JSON Schema of a kind of file, for editors')
    .addArgument(new Argument('<kind>', 'of which files').choices(SCHEMA_NAMES))
    .action(async (name: SchemaName) => (await import('./verbs/schema.ts')).schema(name));
  addVerb(program, 'man', 'the manual page, in roff').action(async (flags: GlobalFlags) =>
    (await import('./verbs/man.ts')).man(program, flags),
  );
  addVerb(program, 'version', 'print versions of strictstep and Node').action(async (flags: GlobalFlags) =>
    (await import('./verbs/version.ts')).printVersion(flags),
  );
}
