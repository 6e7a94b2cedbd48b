// How commands and their output appear in messages: short, on one line, and without any secret that was sent.
import { exposeSecret, Secret } from '../core/secret.ts';
import type { Stdin } from '../core/shell.ts';

const SHOWN = 160;

/** The bytes to send; with Redaction the only place that opens the secrets of a command. */
export const stdinBytes = (parts: Stdin): Buffer =>
  Buffer.concat(
    parts.map((part) => {
      if (part instanceof Secret) return Buffer.from(exposeSecret(part));
      return typeof part === 'string' ? Buffer.from(part) : part;
    }),
  );

/** Remembers the secrets that a command was given, because a program may echo them into its output. */
export interface Redaction {
  add(parts: Stdin): void;
  /** one line for a message, in quotes; the end of it if it is long */
  quote(output: string): string;
}

export function makeRedaction(): Redaction {
  const secrets = new Set<string>();
  return {
    add(parts) {
      for (const part of parts) {
        if (!(part instanceof Secret)) continue;
        // A line end belongs to the input, not to what a program echoes.
        const value = exposeSecret(part).trim();
        if (value !== '') secrets.add(value);
      }
    },
    quote(output) {
      // The longest first: one secret may be a part of another.
      const known = [...secrets].toSorted((a, b) => b.length - a.length);
      const clean = known.reduce((text, value) => text.replaceAll(value, '[secret]'), output);
      const line = oneLine(clean);
      return `"${line.length > SHOWN ? `...${line.slice(-SHOWN)}` : line}"`;
    },
  };
}

/** The program and its arguments as far as they fit. argv never holds a secret. */
export function commandText(argv: readonly string[]): string {
  const line = oneLine(argv.join(' '));
  return `"${line.length > SHOWN ? `${line.slice(0, SHOWN)}...` : line}"`;
}

/** Control characters could redraw the terminal that shows the message. */
// oxlint-disable-next-line no-control-regex -- they are what is to be removed
const oneLine = (text: string): string => text.replaceAll(/[\u0000-\u001F\u007F-\u009F]+/g, ' ');

export const renderMs = (ms: number): string => (ms % 1000 === 0 ? `${ms / 1000} s` : `${ms} ms`);
