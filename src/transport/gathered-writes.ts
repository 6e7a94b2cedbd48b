// ssh2 writes every packet in several pieces, and without delay each piece is a segment of its own on the network: 15 for one
// command. What is written in one turn of the loop goes out together, 4 for one command, and nothing waits longer than that.
// Source: ssh2 1.17 (lib/protocol/crypto.js); net.Socket cork and uncork.
import type { Socket } from 'node:net';

export function gatherWrites(socket: Socket): void {
  const write = socket.write.bind(socket);
  let isGathering = false;
  const gathered = (...args: Parameters<typeof write>): boolean => {
    if (!isGathering) {
      isGathering = true;
      socket.cork();
      process.nextTick(() => {
        isGathering = false;
        socket.uncork();
      });
    }
    return write(...args);
  };
  Object.assign(socket, { write: gathered });
}
