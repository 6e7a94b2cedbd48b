// Operation community-restart: a community server or multiplexer runs with the sametime.ini that is on its disk.
// Source: HCL Sametime 11.x, "Starting and stopping the community server"; readiness is judged by the health checks.
import { memberOf } from '../community-member.ts';
import { commandOf, describeMember, readCommunityProcess, startMember, stopMember } from '../community-process.ts';
import { makeComponentRestart } from '../component-restart.ts';
import { CommunityServerTarget } from '../targets.ts';

export const communityRestart = makeComponentRestart({
  name: 'community-restart',
  targets: ['community-server'],
  target: CommunityServerTarget,
  memberOf,
  describe: describeMember,
  readProcess: readCommunityProcess,
  commandsOf: (member) => [commandOf(member, 'stop'), commandOf(member, 'start')],
  async restart(context, shell, member) {
    await stopMember(context, shell, member);
    await startMember(context, shell, member);
  },
});
