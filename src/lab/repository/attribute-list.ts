// The bracket form in which AdminTask prints attributes: `[ [alias x] [enabledCiphers ] ]`.

export const renderAttributes = (pairs: readonly (readonly [name: string, value: string])[]): string =>
  `[ ${pairs.map(([name, value]) => `[${name} ${value}]`).join(' ')} ]`;

/** Lists are joined by the platform's line separator; the lab is a Unix host. */
export const renderLines = (lines: readonly string[]): string => lines.join('\n');
