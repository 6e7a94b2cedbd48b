// What the packet does not prove, said plainly.
import type { Plan } from '../../plan/types.ts';

export function limitsOf({ steps, states }: Plan): readonly string[] {
  const assumed = steps.filter(({ prediction }) => prediction === 'assumed').map(({ id }) => id);
  const links = states[0]?.links ?? [];
  const guessed = links.filter(({ source }) => source === 'assumption').length;
  const declared = links.filter(({ source }) => source === 'inventory').length;
  return [
    'Durations are assumptions until a run on these machines has been measured.',
    assumed.length === 0
      ? 'The result of every step is computed from facts that were read.'
      : `The result of ${assumed.length} steps is assumed, not computed, because a process starts anew: ${assumed.join(', ')}. Their checks decide.`,
    `Of ${links.length} links, ${guessed} are known by assumption only, and ${declared} because the inventory declares them. A caller that nobody declared is not in the proof.`,
    'The proof is about TLS versions and trusted certificates. What a program does beyond TLS is not part of it.',
    'Links are proved after every change; the time while a restarted process is down is planned, and is in the timeline.',
    'No count of clients that still use old versions is part of this packet.',
    'Window, approvers, owners and CMDB numbers are not known to the tool and have to be added.',
    'Not verified on real WebSphere: the facts that the documentation marks so. Try the plan on a test cell first.',
  ];
}
