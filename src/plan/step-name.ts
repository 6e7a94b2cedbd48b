// What a step is called in views: its task, and which of the task's targets it is for.
import type { Target } from '../core/operation.ts';
import type { Step } from './types.ts';

export function targetName(target: Target): string {
  switch (target.kind) {
    case 'cell':
      return target.cell;
    case 'node':
      return target.node;
    case 'server':
      return `${target.node}/${target.server}`;
    case 'profile':
      return target.owner;
    case 'tool-profile':
      return target.toolProfile;
    case 'database':
      return target.database;
    case 'community-server':
    case 'sun-im-server':
      return `${target.community}/${target.server}`;
    case 'sun-im-gateway':
      return `${target.community}/${target.gateway}`;
    case 'neighbour':
      return `${target.community}/${target.neighbour}`;
    case 'population':
      return target.client;
    case 'community':
      return target.community;
  }
}

/** "Signers in the trust store of every node (stpNode)"; a title that names its target already stays as it is. */
export function stepName({ title, target }: Pick<Step, 'title' | 'target'>): string {
  const name = targetName(target);
  const last = name.split('/').at(-1) ?? name;
  return title.includes(last) ? title : `${title} (${name})`;
}
