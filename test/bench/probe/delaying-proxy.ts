// A proxy in a process of its own: counts connections and gives each direction half of the round trip. A connection costs
// a round trip before its first byte, as it would on a real network. `FROM TO ROUND_TRIP_MS`; prints the count for each
// line on standard input.
import { connect, createServer, type Socket } from 'node:net';

const [from = 0, to = 0, roundTripMs = 0] = process.argv.slice(2).map(Number);
let connections = 0;

function pass(near: Socket, far: Socket, delayMs: number): void {
  const later = (action: () => void): void => void (delayMs === 0 ? action() : setTimeout(action, delayMs));
  near.on('data', (bytes) => later(() => far.writable && far.write(bytes)));
  near.on('end', () => later(() => far.end()));
  near.on('error', () => far.destroy());
  near.on('close', () => later(() => far.destroy()));
}

createServer({ noDelay: true }, (near) => {
  connections += 1;
  const far = connect({ port: to, host: '127.0.0.1', noDelay: true });
  pass(near, far, roundTripMs * 1.5);
  pass(far, near, roundTripMs / 2);
}).listen(from, '127.0.0.1', 2000, () => process.stdout.write('ready\n'));
process.stdin.on('data', () => {
  process.stdout.write(`${connections}\n`);
  connections = 0;
});
process.stdin.on('end', () => process.exit());
