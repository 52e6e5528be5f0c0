const delta = 0xa282ead8;

/**
 * Undoes what LevelDB does to a checksum before it stores it (crc32c::Mask), so that a checksum over bytes that contain
 * checksums is still a good one.
 */
export function unmasked(stored: number): number {
  const rotated = (stored - delta) >>> 0;
  return ((rotated >>> 17) | (rotated << 15)) >>> 0;
}
