// Operation sun-im-restart: server and multiplexor run with the iim.conf that is on the disk. imadmin knows no reload: `refresh` is
// a stop and a start. Source: Instant Messaging 7.2 Administration Guide, table C-3; readiness is judged by health checks.
import { makeComponentRestart } from '../component-restart.ts';
import { readSunImProcess, restartCommands, restartSunIm } from '../sun-im-process.ts';
import { componentOf, sunImMemberOf } from '../sun-im-server.ts';
import { SunImServerTarget } from '../targets.ts';

export const sunImRestart = makeComponentRestart({
  name: 'sun-im-restart',
  targets: ['sun-im-server'],
  target: SunImServerTarget,
  memberOf: sunImMemberOf,
  describe: (member) => `server and multiplexor of ${componentOf(member)}`,
  readProcess: readSunImProcess,
  commandsOf: (member) => restartCommands(member).filter(([program]) => program !== 'sh'),
  restart: restartSunIm,
});
