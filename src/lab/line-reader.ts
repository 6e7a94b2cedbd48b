// Lines of a stream, asked for one at a time, so that several prompts and a command loop can share one standard input.
import type { Readable } from 'node:stream';

export interface LineReader {
  /** Next line without its line end; the unfinished rest counts as a line; undefined at end of input, every time. */
  next(): Promise<string | undefined>;
}

export function openLines(stream: Readable): LineReader {
  const lines: string[] = [];
  const waiting: ((line: string | undefined) => void)[] = [];
  let rest = '';
  let ended = false;
  const give = (line: string): void => {
    const taker = waiting.shift();
    if (taker === undefined) lines.push(line);
    else taker(line);
  };
  const end = (): void => {
    if (ended) return;
    ended = true;
    if (rest !== '') give(rest.replace(/\r$/, ''));
    for (const taker of waiting.splice(0)) taker(undefined);
  };
  stream.setEncoding('utf8');
  stream.on('data', (chunk: string) => {
    const parts = (rest + chunk).split('\n');
    rest = parts.pop() ?? '';
    for (const line of parts) give(line.replace(/\r$/, ''));
  });
  stream.on('end', end);
  stream.on('close', end);
  stream.on('error', end);
  return {
    next: () => {
      const line = lines.shift();
      if (line !== undefined || ended) return Promise.resolve(line);
      const { promise, resolve } = Promise.withResolvers<string | undefined>();
      waiting.push(resolve);
      return promise;
    },
  };
}
