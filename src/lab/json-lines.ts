// Newline-separated JSON over a stream: the form of the control port and of the stand-in for the SOAP connector.
import type { Duplex } from 'node:stream';
import type { Json, JsonObject } from '../core/json.ts';

export const isObject = (value: Json | undefined): value is JsonObject =>
  value !== undefined && value !== null && typeof value === 'object' && !Array.isArray(value);

export const sendJson = (stream: Duplex, value: JsonObject): void => {
  if (stream.writable) stream.write(`${JSON.stringify(value)}\n`);
};

/** Calls `take` for every object; anything else ends the stream. */
export function onJson(stream: Duplex, take: (message: JsonObject) => void): void {
  const parts: string[] = [];
  const decoder = new TextDecoder();
  stream.on('data', (chunk: Buffer) => {
    const pieces = decoder.decode(chunk, { stream: true }).split('\n');
    const last = pieces.pop() ?? '';
    for (const piece of pieces) {
      const line = parts.splice(0).join('') + piece;
      const message = parseObject(line);
      if (message === undefined) {
        stream.destroy();
        return;
      }
      take(message);
    }
    if (last !== '') parts.push(last);
  });
}

function parseObject(line: string): JsonObject | undefined {
  try {
    const value = JSON.parse(line) as Json;
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export const textOf = (message: JsonObject, key: string): string => {
  const value = message[key];
  return typeof value === 'string' ? value : '';
};

export const textsOf = (message: JsonObject, key: string): readonly string[] => {
  const value = message[key];
  return Array.isArray(value) ? value.filter((item): item is string => typeof item === 'string') : [];
};
