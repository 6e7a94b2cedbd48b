// The administrators' script that restarts the gateway. argv: httpbind.conf, runtime folder, port for browsers
import path from 'node:path';
import { hostProgram } from './host-program.ts';

const [confFile = '', runtime = '', port = ''] = process.argv.slice(2);
const relay = path.join(import.meta.dirname, 'relay-main.ts');
const gateway = hostProgram('gateway', {
  runtime,
  launch: () => ({ argv: [process.execPath, relay, 'gateway', confFile, port] }),
});
await gateway.stop();
await gateway.launch();
