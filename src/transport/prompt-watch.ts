// Finds texts in output that mean a command waits for a person, however the bytes were cut into pieces.
import { StringDecoder } from 'node:string_decoder';
import type { ErrorCode } from '../core/errors.ts';

export type Prompt = { readonly code: ErrorCode; readonly line: string };

/** How much of the line before a prompt is kept to be shown. */
const KEPT = 400;

/** Gives a function that is fed one stream and answers as soon as a prompt is complete. */
export function makePromptWatch(
  prompts: Readonly<Record<string, ErrorCode>> = {},
): (bytes: Buffer) => Prompt | undefined {
  const texts = Object.entries(prompts);
  const kept = Math.max(KEPT, ...texts.map(([text]) => text.length));
  const decoder = new StringDecoder('utf8');
  let tail = '';
  return (bytes) => {
    if (texts.length === 0) return undefined;
    const seen = tail + decoder.write(bytes);
    tail = seen.slice(-kept);
    for (const [text, code] of texts) {
      const at = seen.indexOf(text);
      if (at !== -1) return { code, line: lineAround(seen, at) };
    }
    return undefined;
  };
}

function lineAround(text: string, at: number): string {
  const end = text.indexOf('\n', at);
  return text.slice(text.lastIndexOf('\n', at) + 1, end === -1 ? undefined : end).trim();
}
