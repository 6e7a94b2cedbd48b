// The two ports to a host. Reading code gets a ReadShell, which has no method that writes; only src/run/ hands out a
// WriteShell. argv never carries a secret: a Secret is not a string, and stdin is the one place that takes it.
import type { ErrorCode } from './errors.ts';
import type { Secret } from './secret.ts';

export type Stdin = readonly (string | Uint8Array | Secret)[];

export type Command = {
  /** program and arguments, quoted by the transport; `['sh', '-c', script, 'sh', ...args]` for a POSIX script */
  readonly argv: readonly string[];
  /** sent in order, then end of file; without it the command reads an empty file */
  readonly stdin?: Stdin;
  /** whole command; 0 is refused */
  readonly timeoutMs: number;
  /** text in the output that means the command waits for a person -> error code; the transport ends the command and throws */
  readonly prompts?: Readonly<Record<string, ErrorCode>>;
  /** It ends by itself, as a rule at once, and leaves nothing running: the transport may execute it in a shell that stays for such
   * commands. script: of our own, `sh -c SCRIPT sh ARGS`, which that shell reads itself; it reads its input by `input`, see
   * file-scripts.ts. program: of others, which that shell starts. Default: it has a session of its own. */
  readonly short?: 'script' | 'program';
};

/** A command that ended with an exit status. A lost connection or a signal is never a result: see OUTCOME_UNKNOWN. */
export type CommandResult = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

/** A long-lived command that is talked to. Its prompts count as for a command: whatever waits or comes next throws their
 * code. Disposing ends its standard input, waits a moment for it to exit and then closes it. One read at a time. */
export interface Session extends AsyncDisposable {
  /** Resolves when the host has taken the bytes into its window.
   * @throws OperatorError OUTCOME_UNKNOWN when the command or the connection is gone */
  send(parts: Stdin): Promise<void>;
  /** Next line of standard output without its line end (also the last one, when it has none); undefined at end of file.
   * @throws OperatorError COMMAND_TIMEOUT after timeoutMs; its message carries the unfinished line, so that a prompt is
   * seen; what was not returned stays for the next read
   * @throws OperatorError OUTCOME_UNKNOWN instead of the end of file when there was no exit status */
  line(timeoutMs: number): Promise<string | undefined>;
  /** Everything up to and including the first occurrence of one of the texts; line ends are kept. For prompts without a
   * line end, such as `Username: `.
   * @throws OperatorError COMMAND_TIMEOUT as `line` does; REMOTE_REPLY when the output ends before any of the texts */
  text(until: readonly string[], timeoutMs: number): Promise<string>;
}

export type FileFacts = {
  readonly sha256: string;
  readonly sizeBytes: number;
  /** four octal digits: 0640 */
  readonly mode: string;
  /** numeric user:group */
  readonly owner: string;
};

export interface ReadShell {
  /** name of the host in the inventory */
  readonly host: string;
  /** @throws OperatorError HOST_UNREACHABLE, HOST_KEY, HOST_LOGIN, COMMAND_TIMEOUT, OUTCOME_UNKNOWN */
  query(command: Command): Promise<CommandResult>;
  /** `timeoutMs` limits the start; afterwards each read has its own limit. */
  open(command: Omit<Command, 'stdin'>): Promise<Session>;
  /** whole file, undefined if there is none */
  readFile(path: string): Promise<Uint8Array | undefined>;
  /** digest is taken on the host; undefined if there is no such file */
  fileFacts(path: string): Promise<FileFacts | undefined>;
}

/** Bytes, or parts of which some are secret; they are joined in the transport only. */
export type FileContent = Uint8Array | readonly (Uint8Array | Secret)[];

export interface WriteShell extends ReadShell {
  change(command: Command): Promise<CommandResult>;
  /** Replaces an existing file atomically (temp file in the same folder, fsync, rename); owner and mode stay. The old
   * bytes are kept beside it as `<path>.<backup>` with the same mode. The digest is proved on the host before the rename.
   * @param was SHA-256 of the bytes that the content was made from: a file that has others by now is left alone */
  replaceFile(path: string, content: FileContent, backup: string, was?: string): Promise<void>;
  /** A file that is not there yet, atomically, with the owner of the file or folder `like`.
   * @param mode default: 0600
   * @throws OperatorError STEP_FAILED: nothing is left behind */
  createFile(path: string, content: FileContent, like: string, mode?: '0600' | '0644'): Promise<void>;
  /** Removes the file while it has this digest; one that is gone is fine.
   * @throws OperatorError STEP_FAILED */
  removeFile(path: string, sha256: string): Promise<void>;
  /** A new file, mode 0600, in a private folder of the log-in user; gives its path. Remove it with removePrivateFile.
   * @param name letters, digits, dot, hyphen, underscore */
  placePrivateFile(name: string, bytes: Uint8Array): Promise<string>;
  /** Also removes the folder; a path that placePrivateFile cannot have made is refused, one that is gone is fine. */
  removePrivateFile(path: string): Promise<void>;
}
