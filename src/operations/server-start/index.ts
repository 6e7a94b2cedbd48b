// Operation server-start: an application server or WebSphere proxy that another step stopped is up again.
// Source: IBM WebSphere 8.5.5, startServer command.
import { makeSwitch } from '../process-switch.ts';
import { parseServer } from '../targets.ts';

export const serverStart = makeSwitch({
  name: 'server-start',
  wanted: 'running',
  targets: ['server'],
  parse: parseServer,
});
