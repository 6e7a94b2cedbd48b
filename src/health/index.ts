// Executes a health check of any kind; one file per kind.
import { checkCallers } from './callers.ts';
import { checkClientLink } from './client-link.ts';
import type { HealthContext } from './context.ts';
import { checkListener } from './listener.ts';
import { checkCommand } from './command.ts';
import { checkLog } from './log.ts';
import { checkMode } from './mode.ts';
import { checkPeers } from './peers.ts';
import { checkPing } from './ping.ts';
import { checkProcess } from './process.ts';
import { checkProxyConnected } from './proxy-connected.ts';
import { checkReplica } from './replica.ts';
import { checkStream } from './stream.ts';
import type { HealthCheck, HealthResult } from './types.ts';

export function executeHealthCheck(check: HealthCheck, context: HealthContext): Promise<HealthResult> {
  switch (check.kind) {
    case 'listener':
      return checkListener(check, context);
    case 'process':
      return checkProcess(check, context);
    case 'replica':
      return checkReplica(check, context);
    case 'log':
      return checkLog(check, context);
    case 'client-link':
      return checkClientLink(check, context);
    case 'mode':
      return checkMode(check, context);
    case 'peers':
      return checkPeers(check, context);
    case 'callers':
      return checkCallers(check, context);
    case 'command':
      return checkCommand(check, context);
    case 'stream':
      return checkStream(check, context);
    case 'ping':
      return checkPing(check, context);
    case 'proxy-connected':
      return checkProxyConnected(check, context);
  }
}
