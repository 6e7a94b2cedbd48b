// The mode column of `ls -l` as octal digits. Source: POSIX.1-2024, ls, "Long format".

const MODE = /^-([r-][w-][xsS-])([r-][w-][xsS-])([r-][w-][xtT-])[.+@]?$/;

/** "-rw-r-----" gives "0640"; undefined if it is not the mode of a regular file */
export function octalMode(column: string): string | undefined {
  const [, ...classes] = MODE.exec(column) ?? [];
  if (classes.length !== 3) return undefined;
  const special = classes.map((bits, index) => (/[sStT]/.test(bits) ? 4 >> index : 0));
  const digits = classes.map(
    (bits) => bitValue(bits[0], 'r') * 4 + bitValue(bits[1], 'w') * 2 + bitValue(bits[2], 'xst'),
  );
  return [special.reduce((sum, bit) => sum + bit, 0), ...digits].join('');
}

const bitValue = (letter: string | undefined, set: string): number =>
  letter !== undefined && set.includes(letter) ? 1 : 0;
