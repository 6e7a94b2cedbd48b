// The daemon's control port: tools that scripts on the hosts start, and the requests of `lab down`, `lab fault` and tests.
// Every connection begins with the token of lab.json, a file that only its owner can read.
import { timingSafeEqual } from 'node:crypto';
import type { Server, Socket } from 'node:net';
import { PassThrough } from 'node:stream';
import { sha256Hex } from '../core/json.ts';
import type { Json, JsonObject } from '../core/json.ts';
import { onJson, sendJson, textOf, textsOf } from './json-lines.ts';

/** A tool as a script called it; `out` and `err` go to the caller, `signal` says that the caller is gone. */
export type ToolRun = {
  readonly tool: string;
  readonly profile: string;
  readonly argv: readonly string[];
  readonly cwd: string;
  readonly input: PassThrough;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  readonly signal: AbortSignal;
};

export interface ControlHandlers {
  /** gives the exit status */
  tool(run: ToolRun): Promise<number>;
  request(op: string, message: JsonObject): Promise<Json>;
}

const isToken = (given: string, token: string): boolean =>
  timingSafeEqual(Buffer.from(sha256Hex(given)), Buffer.from(sha256Hex(token)));

/** Serves until the function that it gives is called: that drops the connections that are open, and the port is free when it
 * resolves. */
export function serveControl(server: Server, token: string, handlers: ControlHandlers): () => Promise<void> {
  const sockets = new Set<Socket>();
  server.removeAllListeners('connection');
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    socket.setNoDelay(true);
    serveConnection(socket, token, handlers);
  });
  return () => {
    const closed = Promise.withResolvers<void>();
    server.close(() => closed.resolve());
    for (const socket of sockets) socket.destroy();
    return closed.promise;
  };
}

function serveConnection(socket: Socket, token: string, handlers: ControlHandlers): void {
  const input = new PassThrough();
  let begun = false;
  onJson(socket, (message) => {
    if (!begun) {
      begun = true;
      if (!isToken(textOf(message, 'token'), token)) socket.destroy();
      else if (textOf(message, 'op') === 'tool') void runTool(socket, message, input, handlers);
      else void answer(socket, message, handlers);
    } else if (message['end'] === true) input.end();
    else if (!input.writableEnded) input.write(Buffer.from(textOf(message, 'in'), 'base64'));
  });
}

async function runTool(
  socket: Socket,
  message: JsonObject,
  input: PassThrough,
  handlers: ControlHandlers,
): Promise<void> {
  const gone = new AbortController();
  socket.on('close', () => gone.abort());
  const run: ToolRun = {
    tool: textOf(message, 'tool'),
    profile: textOf(message, 'profile'),
    argv: textsOf(message, 'argv'),
    cwd: textOf(message, 'cwd'),
    input,
    out: (text) => sendJson(socket, { out: text }),
    err: (text) => sendJson(socket, { err: text }),
    signal: gone.signal,
  };
  const exit = await handlers.tool(run).catch((error: unknown) => {
    run.err(`lab: ${run.tool}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
    return 125;
  });
  sendJson(socket, { exit });
}

async function answer(socket: Socket, message: JsonObject, handlers: ControlHandlers): Promise<void> {
  try {
    sendJson(socket, { ok: true, result: await handlers.request(textOf(message, 'op'), message) });
  } catch (error) {
    sendJson(socket, { ok: false, error: error instanceof Error ? error.message : String(error) });
  }
  socket.end();
}
