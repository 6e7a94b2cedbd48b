// The two ports over one site. The reading shell is an object of its own: it has no method that changes anything, not
// even one that the type hides.
import type { Command, CommandResult, ReadShell, WriteShell } from '../core/shell.ts';
import { executeCommand } from './execute-command.ts';
import type { Site } from './process.ts';
import { openSession } from './open-session.ts';
import {
  createRemoteFile,
  placePrivateFile,
  readFileFacts,
  readRemoteFile,
  removePrivateFile,
  removeRemoteFile,
  replaceRemoteFile,
} from './remote-files.ts';

async function executeText(site: Site, command: Command): Promise<CommandResult> {
  const { exitCode, stdout, stderr } = await executeCommand(site, command);
  return { exitCode, stdout: stdout.toString(), stderr: stderr.toString() };
}

export const makeReadShell = (site: Site): ReadShell => ({
  host: site.host,
  query: (command) => executeText(site, command),
  open: (command) => openSession(site, command),
  readFile: (path) => readRemoteFile(site, path),
  fileFacts: (path) => readFileFacts(site, path),
});

export const makeWriteShell = (site: Site): WriteShell => ({
  ...makeReadShell(site),
  change: (command) => executeText(site, command),
  replaceFile: (path, content, backup, was) => replaceRemoteFile(site, path, content, { backup, was }),
  createFile: (path, content, like, mode) => createRemoteFile(site, path, content, { like, mode }),
  removeFile: (path, sha256) => removeRemoteFile(site, path, sha256),
  placePrivateFile: (name, bytes) => placePrivateFile(site, name, bytes),
  removePrivateFile: (path) => removePrivateFile(site, path),
});
