// Work on many hosts at once, but not on all: a connection costs both sides, and a machine has few cores.

/** Hosts that are talked to at the same time. */
const HOSTS_AT_ONCE = 64;

/** Gives the results in the order of the items. When one fails no further one is begun, those that were begun are waited
 * for, and the failure that comes first in the order of the items is thrown.
 * @param atOnce at least 1 */
export async function mapBounded<Item, Result>(
  items: readonly Item[],
  visit: (item: Item, index: number) => Promise<Result>,
  atOnce: number = HOSTS_AT_ONCE,
): Promise<Result[]> {
  const results: Result[] = [];
  const failures = new Map<number, unknown>();
  const entries = items.entries();
  const work = async (): Promise<void> => {
    for (const [index, item] of entries) {
      if (failures.size > 0) return;
      try {
        results[index] = await visit(item, index);
      } catch (error) {
        failures.set(index, error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, items.length) }, work));
  if (failures.size > 0) throw failures.get(Math.min(...failures.keys()));
  return results;
}
