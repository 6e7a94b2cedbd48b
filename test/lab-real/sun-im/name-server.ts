// A name server for the network of the hosts: addresses (A) of the names it is given, "no such name" for everything else. Prosody asks
// for SRV records first. Source: RFC 1035 section 4.
import { createSocket } from 'node:dgram';
import { once } from 'node:events';

const A = 1;
const NO_SUCH_NAME = 3;

export async function openNameServer(
  address: string,
  names: Readonly<Record<string, string>>,
): Promise<{ readonly close: () => void }> {
  const socket = createSocket('udp4');
  socket.on('message', (query, { port, address: from }) => {
    const reply = answer(query, names);
    if (reply !== undefined) socket.send(reply, port, from);
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  return { close: () => socket.close() };
}

function answer(query: Buffer, names: Readonly<Record<string, string>>): Buffer | undefined {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]; length !== undefined && length > 0; length = query[at]) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at + 5 > query.length) return undefined;
  const type = query.readUInt16BE(at + 1);
  const address = names[labels.join('.').toLowerCase()];
  const isAnswered = address !== undefined && type === A;
  const head = Buffer.alloc(12);
  query.copy(head, 0, 0, 2);
  // An answer, with authority, recursion asked for and available.
  head.writeUInt16BE(0x8580 | (address === undefined ? NO_SUCH_NAME : 0), 2);
  head.writeUInt16BE(1, 4);
  head.writeUInt16BE(isAnswered ? 1 : 0, 6);
  const question = query.subarray(12, at + 5);
  if (!isAnswered) return Buffer.concat([head, question]);
  const record = Buffer.from([0xc0, 12, 0, A, 0, 1, 0, 0, 0, 60, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([head, question, record]);
}
