// A TLS server on every loopback address: `DIRECTORY PORT`, with rsa.key and rsa.pem in the directory.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { createServer } from 'node:tls';

const [directory = '', port = ''] = process.argv.slice(2);
const [key, cert] = ['rsa.key', 'rsa.pem'].map((name) => readFileSync(join(directory, name)));
createServer({ ...(key && { key }), ...(cert && { cert }) }, (socket) => socket.on('error', () => undefined))
  // A probe breaks off on purpose.
  .on('tlsClientError', () => undefined)
  .listen(Number(port), '0.0.0.0');
