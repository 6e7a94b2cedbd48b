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
  const take = (length: number): Uint8Array => {
    if (offset + length > bytes.length) {
      isWhole = false;
      offset = bytes.length;
      return new Uint8Array(0);
    }
    offset += length;
    return bytes.subarray(offset - length, offset);
  };
  const uint = (width: number): number => take(width).reduce((value, byte) => value * 256 + byte, 0);
  return {
    uint,
    take,
    vector: (width) => take(uint(width)),
    left: () => bytes.length - offset,
    isWhole: () => isWhole,
    isExact: () => isWhole && offset === bytes.length,
  };
}
