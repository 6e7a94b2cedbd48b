// The hint after an unknown word: the nearest known one, else the list of what is known.
// Distance: optimal string alignment (insert, delete, replace, swap of neighbours), case ignored.

export function didYouMean(word: string, known: readonly string[]): string {
  const near = nearest(word, known);
  if (near !== undefined) return `Did you mean ${near}?`;
  if (known.length === 0) return 'None is known here.';
  const listed = known.slice(0, 15).join(', ');
  return `Known here: ${listed}${known.length > 15 ? ', ...' : ''}.`;
}

function nearest(word: string, known: readonly string[]): string | undefined {
  const given = word.slice(0, 80).toLowerCase();
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceBetween(given, candidate.toLowerCase()) }))
    .filter(({ candidate, distance }) => distance <= Math.max(1, candidate.length / 3))
    .toSorted((a, b) => a.distance - b.distance);
  // "password" is far from "passwordFile", yet no other key begins with it.
  const longer = known.find((candidate) => given.length >= 4 && candidate.toLowerCase().startsWith(given));
  return ranked[0]?.candidate ?? longer;
}

export function distanceBetween(a: string, b: string): number {
  let beforePrevious: readonly number[] = [];
  let previous: readonly number[] = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let row = 1; row <= a.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= b.length; column += 1) {
      const isSame = a[row - 1] === b[column - 1];
      const isSwap = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1];
      const replace = at(previous, column - 1) + (isSame ? 0 : 1);
      const swap = isSwap ? at(beforePrevious, column - 2) + 1 : Infinity;
      current.push(Math.min(replace, swap, at(previous, column) + 1, at(current, column - 1) + 1));
    }
    [beforePrevious, previous] = [previous, current];
  }
  return at(previous, b.length);
}

const at = (row: readonly number[], column: number): number => row[column] ?? Infinity;
