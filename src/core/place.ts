// Where in an input file a value stands, so that an error can point at it.

/** line and column count from 1 */
export type Place = { readonly file: string; readonly line: number; readonly column: number };

export const renderPlace = ({ file, line, column }: Place): string => `${file}:${line}:${column}`;
