// The conversation: who, where, what is there, what for. Asked is only what the hosts do not tell. It is run from its first
// line after every answer that a person takes back: answers that are known are not asked again, and lookups are kept.
import { cellsOf } from '../discover/index.ts';
import { askNeighbours, askClients, askUpdateSite } from './ask-callers.ts';
import { askCell, askDatabases } from './ask-cell.ts';
import { askCertificate } from './ask-certificate.ts';
import { askDiscovery } from './ask-discovery.ts';
import { askGoal } from './ask-goal.ts';
import { askHostKeys } from './ask-host-keys.ts';
import { askMachines } from './ask-machines.ts';
import { askAddresses, askPeers } from './ask-outside.ts';
import { askApprovals, askStrategy, askWindow } from './ask-terms.ts';
import type { Interviewer, Outcome, World } from './types.ts';

export async function interview(ask: Interviewer, world: World): Promise<Outcome> {
  const named = await askMachines(ask, world);
  const keys = await askHostKeys(ask, world, named);
  const { machines, discovery } = await askDiscovery(ask, world, named, keys);
  const goal = await askGoal(ask, world, discovery);
  if (goal !== 'audit') {
    const cells = goal === 'tls12' || goal === 'renewal' ? cellsOf(discovery).cells : [];
    for (const cell of cells) await askCell(ask, cell, goal);
    if (goal === 'tls12') await askDatabases(ask, discovery);
    if (goal === 'community') await askAddresses(ask, world, machines, discovery);
    if (goal === 'sun-im') await askPeers(ask, discovery);
    await askCertificate(ask, world, goal);
    await askClients(ask, goal, discovery);
    if (goal === 'community') await askNeighbours(ask);
    if (goal === 'community')
      await askUpdateSite(
        ask,
        machines.hosts.map(({ name }) => name),
      );
    await askStrategy(ask, goal);
    await askWindow(ask);
    await askApprovals(ask, world);
  }
  return { goal, machines, discovery };
}
