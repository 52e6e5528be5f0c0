/** Returns what a value is, for the error of a call that was given it. It does not show the value, which may be a payload. */
export function kindOf(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object') return `a value of type ${typeof value}`;
  if (typeof (value as { then?: unknown }).then === 'function') return 'a promise';
  const name: unknown = (value as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name !== 'string' || name === '' || name === 'Object' ? 'a plain object' : `an object of class ${name}`;
}
