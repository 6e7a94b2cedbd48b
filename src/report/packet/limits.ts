// What the packet does not prove, said plainly.
import type { Certainty } from '../../core/prediction.ts';
import type { Plan } from '../../plan/types.ts';

const stepCount = (ids: readonly string[]): string => `${ids.length} ${ids.length === 1 ? 'step' : 'steps'}`;

export function limitsOf({ steps, states, window, approval }: Plan): readonly string[] {
  const idsOf = (word: Certainty): readonly string[] =>
    steps.filter(({ prediction }) => prediction === word).map(({ id }) => id);
  const [assumed, unknowable] = [idsOf('assumed'), idsOf('unknowable')];
  const links = states[0]?.links ?? [];
  const guessed = links.filter(({ source }) => source === 'assumption').length;
  const declared = links.filter(({ source }) => source === 'inventory').length;
  return [
    'Durations are assumptions until a run on these machines has been measured.',
    assumed.length + unknowable.length === 0
      ? 'The result of every step is computed from facts that were read.'
      : `The result of ${idsOf('computed').length} steps is computed from facts that were read.`,
    ...(assumed.length === 0
      ? []
      : [`The result of ${stepCount(assumed)} is assumed, and their checks decide: ${assumed.join(', ')}.`]),
    ...(unknowable.length === 0
      ? []
      : [
          `The result of ${stepCount(unknowable)} is unknowable from outside, so no check confirms it and people have to try it: ${unknowable.join(', ')}.`,
        ]),
    `Of ${links.length} links, ${guessed} are known by assumption only, and ${declared} because the inventory declares them. A caller that nobody declared is not in the proof.`,
    'The proof is about TLS versions and trusted certificates. What a program does beyond TLS is not part of it.',
    'Links are proved after every change; the time while a restarted process is down is planned, and is in the timeline.',
    'No count of clients that still use old versions is part of this packet.',
    `${window === undefined ? 'The change window, ' : ''}${approval === undefined ? 'the number of approvers, ' : ''}owners, versions of the products and CMDB numbers are not known to the tool and have to be added.`.replace(
      /^./,
      (letter) => letter.toUpperCase(),
    ),
    'No rehearsal is on record: whether a backout was ever tried is for people to say.',
    'Not verified on real WebSphere: the facts that the documentation marks so. Try the plan on a test cell first.',
  ];
}
