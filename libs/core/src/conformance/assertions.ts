import { deepStrictEqual } from 'node:assert';

/**
 * Throws unless the two are equal at every depth.
 *
 * Classes do not count, nor do properties that are undefined: an interface says which properties an object has, not how
 * it was made.
 */
export function equal(actual: unknown, expected: unknown): void {
  deepStrictEqual(plain(actual), plain(expected));
}

/**
 * Throws unless `actual` has, at every depth, the properties of `expected`. Its other properties do not count; arrays
 * must be of one length.
 */
export function matches(actual: unknown, expected: unknown): void {
  deepStrictEqual(plain(part(actual, expected)), plain(expected));
}

/** Values that are compared as they are: primitives, bytes, and what is iterated rather than read by property. */
function isLeaf(value: unknown): boolean {
  return typeof value !== 'object' || value === null || ArrayBuffer.isView(value);
}

function plain(value: unknown): unknown {
  if (isLeaf(value)) return value;
  if (value instanceof Map) return new Map([...value].map(([key, entry]) => [key, plain(entry)]));
  if (value instanceof Set) return new Set([...value].map(plain));
  if (Array.isArray(value)) return value.map(plain);
  return Object.fromEntries(
    Object.entries(value as object)
      .filter(([, property]) => property !== undefined)
      .map(([key, property]) => [key, plain(property)]),
  );
}

function part(actual: unknown, expected: unknown): unknown {
  if (isLeaf(expected) || isLeaf(actual) || expected instanceof Map || expected instanceof Set) return actual;
  if (Array.isArray(expected)) {
    return Array.isArray(actual) && actual.length === expected.length ? actual.map((entry, i) => part(entry, expected[i])) : actual;
  }
  const properties = Object.keys(expected as object).map((key): [string, unknown] => [
    key,
    part((actual as Record<string, unknown>)[key], (expected as Record<string, unknown>)[key]),
  ]);
  return Object.fromEntries(properties);
}
