// Signatures by the ssh-keygen of this machine (OpenSSH PROTOCOL.sshsig; ssh-keygen(1), -Y sign, check-novalidate, verify,
// find-principals). It is believed when its exit status and its sentence say the same; it reads files here and no network.
import { basename, resolve } from 'node:path';
import { OperatorError } from '../core/errors.ts';
import type { CommandResult } from '../core/shell.ts';
import { runLocal } from '../transport/index.ts';

const NAMESPACE = 'strictstep';

/** A key on a token may wait for a touch. */
const SIGN_TIMEOUT_MS = 60_000;
const CHECK_TIMEOUT_MS = 10_000;

export type SignatureCheck =
  | { readonly isGood: true; readonly key: string }
  | { readonly isGood: false; readonly said: string };

/** @returns the armored signature
 * @throws OperatorError APPROVAL_KEY, SECRET_EXPOSED, APPROVAL_TOOL */
export async function signText(text: string, keyFile: string): Promise<string> {
  // The empty passphrase is no secret: with it ssh-keygen never asks, neither the terminal nor the text on its input.
  const args = ['-Y', 'sign', '-f', resolve(keyFile), '-n', NAMESPACE, '-P', ''];
  const { exitCode, stdout, stderr } = await sshKeygen(args, text, SIGN_TIMEOUT_MS);
  if (exitCode === 0 && isArmored(stdout)) return stdout;
  throw keyError(keyFile, stderr);
}

/** Is it a signature over this text, for our namespace, by whatever key? */
export async function checkSignature(text: string, signatureFile: string): Promise<SignatureCheck> {
  const args = ['-Y', 'check-novalidate', '-n', NAMESPACE, '-s', resolve(signatureFile)];
  const { exitCode, stdout, stderr } = await sshKeygen(args, text, CHECK_TIMEOUT_MS);
  const key = /^Good "strictstep" signature with \S+ key (SHA256:[A-Za-z0-9+/]{43})$/m.exec(stdout)?.[1];
  return exitCode === 0 && key !== undefined ? { isGood: true, key } : { isGood: false, said: firstLine(stderr) };
}

export type SignerQuestion = {
  readonly text: string;
  readonly signatureFile: string;
  readonly allowedSigners: string;
  readonly identity: string;
};

/** Is it a signature over this text by a key that the file allows for this identity, now? */
export async function checkSigner(question: SignerQuestion): Promise<SignatureCheck> {
  const { text, signatureFile, allowedSigners, identity } = question;
  const files = ['-f', resolve(allowedSigners), '-s', resolve(signatureFile)];
  const args = ['-Y', 'verify', '-n', NAMESPACE, '-I', identity, ...files];
  const { exitCode, stdout, stderr } = await sshKeygen(args, text, CHECK_TIMEOUT_MS);
  const [, who, key] =
    /^Good "strictstep" signature for (\S+) with \S+ key (SHA256:[A-Za-z0-9+/]{43})$/m.exec(stdout) ?? [];
  const isGood = exitCode === 0 && who === identity && key !== undefined;
  return isGood ? { isGood, key } : { isGood: false, said: firstLine(stderr) };
}

/** Whom the first line with the key of this signature names; for messages only, because ssh-keygen stops at that line and
 * does not look at the signature. undefined: nobody */
export async function findPrincipals(signatureFile: string, allowedSigners: string): Promise<string | undefined> {
  const args = ['-Y', 'find-principals', '-s', resolve(signatureFile), '-f', resolve(allowedSigners)];
  const { exitCode, stdout } = await sshKeygen(args, '', CHECK_TIMEOUT_MS);
  return exitCode === 0 ? firstLine(stdout) || undefined : undefined;
}

/** The form that ssh-keygen writes and no other: 70 characters a line. A signature with one byte changed anywhere, be it
 * only between the lines, is not one. */
export function isArmored(text: string): boolean {
  const [, body] =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\n$/.exec(text) ?? [];
  if (body === undefined) return false;
  const canonical = Buffer.from(body, 'base64').toString('base64');
  return (canonical.match(/.{1,70}/g) ?? []).join('\n') === body;
}

async function sshKeygen(args: readonly string[], input: string, timeoutMs: number): Promise<CommandResult> {
  const result = await runLocal({ argv: ['ssh-keygen', ...args], stdin: [input], timeoutMs });
  const isMissing = result.exitCode === 127 || result.exitCode === 126;
  if (!isMissing && !/unsupported operation for -Y|(unknown|illegal) option/i.test(result.stderr)) return result;
  const message = isMissing
    ? 'this machine: there is no ssh-keygen on the PATH, so approvals can be neither made nor checked'
    : `this machine: its ssh-keygen knows no ${args[1] ?? ''}, so approvals can be neither made nor checked`;
  const hint = 'Install the OpenSSH client, 8.2 or newer (package openssh-client or openssh-clients).';
  throw new OperatorError('APPROVAL_TOOL', message, { hint });
}

function keyError(keyFile: string, said: string): OperatorError {
  const key = `key ${keyFile}`;
  if (/too open|UNPROTECTED PRIVATE KEY/.test(said)) {
    const hint = `Restrict it to its owner with chmod 600 ${keyFile}.`;
    return new OperatorError('SECRET_EXPOSED', `${key} can be read by group or others`, { hint });
  }
  if (/passphrase/.test(said)) {
    const hint = `Load it with ssh-add ${keyFile} and approve again: the agent signs, strictstep never sees the passphrase.`;
    return new OperatorError('APPROVAL_KEY', `${key} is protected by a passphrase and no ssh-agent holds it`, { hint });
  }
  const hint = `Name an SSH private key, or the public half of one that ssh-agent holds; ${basename(keyFile)}.pub must lie beside a key in PEM form.`;
  return new OperatorError('APPROVAL_KEY', `${key}: ${firstLine(said) || 'ssh-keygen made no signature'}`, { hint });
}

/** What ssh-keygen says first that is not about reading its input. */
const firstLine = (text: string): string =>
  text
    .split('\n')
    .map((line) => line.trim())
    .find((line) => line !== '' && !line.startsWith('Signing data on')) ?? '';
