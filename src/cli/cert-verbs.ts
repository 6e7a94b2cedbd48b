// The verbs below `cert`, for files with certificates and keys, with their flags.
import { Option, type Command } from 'commander';
import type { ConvertFlags, InspectFlags, SplitFlags } from './verbs/cert.ts';

/** @param addVerb adds a verb with the flags that every verb has */
export function addCert(
  program: Command,
  addVerb: (parent: Command, usage: string, description: string) => Command,
): void {
  const cert = program.command('cert').description('files with certificates and keys');
  const addFileVerb = (usage: string, description: string): Command =>
    addVerb(cert, usage, description).option('--password-file <file>', 'file with the password of the key store');
  addFileVerb('inspect <file>', 'what it holds, and what is wrong with it: PKCS12, JKS, PEM or DER')
    .option('--host <name>', 'a name that callers use; repeat it', (name, all: string[]) => [...all, name], [])
    .option('--at <date>', 'judge as of this date; default now')
    .option('--soon <days>', 'warn that many days before a certificate expires', '30')
    .option('--detailed-exitcode', 'exit 2 when there are findings', false)
    .action(async (file: string, flags: InspectFlags) => (await import('./verbs/cert.ts')).certInspect(file, flags));
  addFileVerb('convert <file>', 'the same content in another form; the key is never written in the clear')
    .addOption(
      new Option('--to <form>', 'what to make')
        .choices(['pkcs12-legacy', 'pkcs12-modern', 'pem'])
        .makeOptionMandatory(),
    )
    .requiredOption('--out <file>', 'where to write it')
    .option('--out-password-file <file>', 'file with its password; default: the same password')
    .option('--alias <name>', 'alias of an entry that has none', 'certificate')
    .option('--force', 'replace an existing file', false)
    .action(async (file: string, flags: ConvertFlags) => (await import('./verbs/cert.ts')).certConvert(file, flags));
  addFileVerb('split <file>', 'intermediates and root as separate PEM files')
    .requiredOption('--out-dir <dir>', 'folder to write them into')
    .option('--force', 'replace existing files', false)
    .action(async (file: string, flags: SplitFlags) => (await import('./verbs/cert.ts')).certSplit(file, flags));
}
