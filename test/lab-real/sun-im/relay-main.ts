// What of the embedded lab runs as a process of its own: a multiplexor without legacy SSL, which passes bytes, and the gateway.
// argv: multiplexor or gateway, its configuration, and for the gateway the port for browsers
import { makeSocketTable } from '../../../src/lab/sockets.ts';
import { openGateway } from '../../../src/lab/sun-im/gateway.ts';
import { openMultiplexor } from '../../../src/lab/sun-im/multiplexor.ts';

const [what, confFile = '', port = '0'] = process.argv.slice(2);
const parts = {
  confFile,
  sockets: makeSocketTable(),
  log: (level: string, text: string) => process.stderr.write(`${level} ${text}\n`),
};
if (what === 'gateway') await openGateway({ ...parts, web: { address: '0.0.0.0', port: Number(port) } });
else await openMultiplexor(parts);
