// How many people a set of approvals stands for. Approvals that share a key or an identity are one person's: a key under
// two names counts once, and so does a name with two keys. Identities are compared without regard to case.
import type { Approval } from './types.ts';

export const isSameIdentity = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();

const isLinked = (a: Approval, b: Approval): boolean => a.key === b.key || isSameIdentity(a.identity, b.identity);

/** One group for each person, in the order of the first approval of each. */
export function groupByPerson(approvals: readonly Approval[]): readonly (readonly Approval[])[] {
  return approvals.reduce<readonly (readonly Approval[])[]>((people, approval) => {
    const isTheirs = (person: readonly Approval[]): boolean => person.some((other) => isLinked(approval, other));
    const joined = [...people.filter(isTheirs).flat(), approval];
    const at = people.findIndex(isTheirs);
    if (at === -1) return [...people, joined];
    return people.flatMap((person, index) => (index === at ? [joined] : isTheirs(person) ? [] : [person]));
  }, []);
}
