// The directory: one port that takes LDAP with TLS and without, and answers every bind with success. Real directories have
// 389 and 636; the lab has one number, so that moving to TLS is the community server's decision alone.
import { createServer as createTlsServer } from 'node:tls';
import type { Duplex } from 'node:stream';
import type { Life } from '../component.ts';
import { openListener } from '../open-listener.ts';

const BOUND = Buffer.from('300c02010161070a010004000400', 'hex');

const answer = (stream: Duplex): void => {
  stream.on('error', () => stream.destroy());
  stream.on('data', (chunk: Buffer) => {
    if (chunk[0] === 0x30) stream.write(BOUND);
    else stream.destroy();
  });
};

/** @param pem key and chain */
export async function openLdapServer(address: string, port: number, pem: string): Promise<Life> {
  const secure = createTlsServer({ key: pem, cert: pem }, answer);
  secure.on('tlsClientError', (_error, socket) => socket.destroy());
  const { close } = await openListener({ address, port }, undefined, (socket) => {
    socket.once('readable', () => {
      const first: unknown = socket.read();
      if (!Buffer.isBuffer(first)) return;
      socket.unshift(first);
      if (first[0] === 0x16) secure.emit('connection', socket);
      else answer(socket);
    });
  });
  return { end: close };
}
