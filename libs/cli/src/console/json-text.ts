/** Returns a value as one line of JSON. Integers that JSON lacks are texts, and bytes are base64. */
export function jsonText(value: unknown): string {
  return `${JSON.stringify(value, (_key, inner: unknown) => {
    if (typeof inner === 'bigint') return String(inner);
    return isSerializedBuffer(inner) ? `base64:${Buffer.from(inner.data).toString('base64')}` : inner;
  })}\n`;
}

/** `JSON.stringify` has called `Buffer.toJSON` before the replacer sees the value. */
function isSerializedBuffer(value: unknown): value is { readonly type: 'Buffer'; readonly data: number[] } {
  const found = value as { readonly type?: unknown; readonly data?: unknown } | null;
  return typeof value === 'object' && found?.type === 'Buffer' && Array.isArray(found.data);
}
