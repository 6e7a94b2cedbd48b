// Reads big-endian fields of a TLS message without exceptions: a read past the end gives zeros and is remembered, so a
// parser reads straight through and asks once, at the end, whether every length was exact.

export interface ByteReader {
  /** unsigned integer of 1 to 4 bytes */
  uint(width: number): number;
  take(length: number): Uint8Array;
  /** bytes behind a length of `width` bytes */
  vector(width: number): Uint8Array;
  left(): number;
  /** nothing was read past the end so far */
  isWhole(): boolean;
  /** everything was read, and nothing past the end */
  isExact(): boolean;
}

export function makeByteReader(bytes: Uint8Array): ByteReader {
  let offset = 0;
  let isWhole = true;
  /** false: there is not so much left */
  const pass = (length: number): boolean => {
    const isThere = offset + length <= bytes.length;
    if (!isThere) isWhole = false;
    offset = isThere ? offset + length : bytes.length;
    return isThere;
  };
  const take = (length: number): Uint8Array =>
    pass(length) ? bytes.subarray(offset - length, offset) : new Uint8Array(0);
  const uint = (width: number): number => {
    let value = 0;
    if (pass(width)) for (let at = offset - width; at < offset; at += 1) value = value * 256 + (bytes[at] ?? 0);
    return value;
  };
  return {
    uint,
    take,
    vector: (width) => take(uint(width)),
    left: () => bytes.length - offset,
    isWhole: () => isWhole,
    isExact: () => isWhole && offset === bytes.length,
  };
}
