/** The key as a string of one character per byte: a Map key whose order is the order of the bytes. */
export function keyText(key: Buffer): string {
  return key.toString('latin1');
}

export function keyBytes(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** The smallest key behind all keys with this prefix; undefined where there is none (nothing but 0xff). */
export function prefixEnd(prefix: Buffer): Buffer | undefined {
  let length = prefix.length;
  while (length > 0 && prefix[length - 1] === 0xff) length--;
  if (length === 0) return undefined;
  const end = Buffer.from(prefix.subarray(0, length));
  end[length - 1]!++;
  return end;
}
