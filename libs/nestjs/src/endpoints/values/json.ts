/**
 * Returns a value as JSON text, also where it holds what JSON does not know: a bigint becomes its digits, bytes become
 * base64, a map an object or a list of entries, a set a list, an error its name, code and message.
 */
export function jsonText(value: unknown): string {
  return JSON.stringify(value, function (this: Record<string, unknown>, key, shown: unknown) {
    // `toJSON` of a Buffer has run by now: the holder still has the bytes.
    return plain(Buffer.isBuffer(this[key]) ? this[key] : shown);
  });
}

/** Returns a value as data that JSON can hold. */
export function jsonValue(value: unknown): unknown {
  const text = jsonText(value);
  return text === undefined ? null : (JSON.parse(text) as unknown);
}

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return String(value);
  if (value instanceof Uint8Array) return { base64: Buffer.from(value).toString('base64') };
  if (value instanceof Map) return [...value.keys()].every((key) => typeof key === 'string') ? Object.fromEntries(value) : [...value];
  if (value instanceof Set) return [...value];
  if (value instanceof Error) return { name: value.name, ...('code' in value ? { code: value.code } : {}), message: value.message };
  return value;
}
