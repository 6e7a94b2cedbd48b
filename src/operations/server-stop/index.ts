// Operation server-stop: an application server or WebSphere proxy is down until another step starts it.
// Source: IBM WebSphere 8.5.5, stopServer command.
import { makeSwitch } from '../process-switch.ts';
import { parseServer } from '../targets.ts';

export const serverStop = makeSwitch({
  name: 'server-stop',
  wanted: 'stopped',
  targets: ['server'],
  parse: parseServer,
});
