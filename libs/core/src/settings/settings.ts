import type { ErrorParts } from '../errors/index.js';
import { durationMs, type Duration } from '../durations.js';

/** Reads one value of a configuration: answers it in the form that the engine uses, or says what is wrong with it. */
export type Setting<T> = (value: unknown) => T | { readonly fault: string };

function isFault(result: unknown): result is { readonly fault: string } {
  return typeof result === 'object' && result !== null && 'fault' in result;
}

/** Numbers may be given as text, as in Java's properties. */
function number(value: unknown): number {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'number' ? value : NaN;
}

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Setting<number> {
  return (value) => {
    const found = number(value);
    return Number.isInteger(found) && found >= min && found <= max
      ? found
      : { fault: `must be a whole number of at least ${min}${max < Number.MAX_SAFE_INTEGER ? `, at most ${max}` : ''}` };
  };
}

/** Milliseconds. */
export function duration(min = 0): Setting<number> {
  return (value) => {
    if (typeof value === 'string' && /^-?\d+$/.test(value)) return duration(min)(Number(value));
    try {
      const ms = durationMs(value as Duration);
      return ms >= min ? ms : { fault: `must be at least ${min} ms` };
    } catch {
      return { fault: "must be milliseconds, or a text such as '500ms', '10s', '5m', '1h', '1d'" };
    }
  };
}

/** Null stands for none. */
export const optionalText: Setting<string | undefined> = (value) =>
  typeof value === 'string' && value !== '' ? value : { fault: 'must be a text that is not empty' };

export const flag: Setting<boolean> = (value) =>
  typeof value === 'boolean' ? value : value === 'true' ? true : value === 'false' ? false : { fault: 'must be true or false' };

export function oneOf<T extends string>(...words: readonly T[]): Setting<T> {
  return (value) =>
    words.includes(value as T) ? (value as T) : { fault: `must be one of ${words.map((word) => `'${word}'`).join(', ')}` };
}

/** One of the words, or a function. */
export function handler<T>(...words: readonly string[]): Setting<T> {
  return (value) =>
    typeof value === 'function' || words.includes(value as string)
      ? (value as T)
      : { fault: `must be a function or one of ${words.map((word) => `'${word}'`).join(', ')}` };
}

export function fn<T>(): Setting<T | undefined> {
  return (value) => (typeof value === 'function' ? (value as T) : { fault: 'must be a function' });
}

export const texts: Setting<Readonly<Record<string, string>>> = (value) =>
  typeof value === 'object' && value !== null && Object.values(value).every((item) => typeof item === 'string')
    ? (value as Record<string, string>)
    : { fault: 'must be an object of texts' };

/** An object with the methods of a port. */
export function having<T>(...methods: readonly string[]): Setting<T> {
  return (value) =>
    typeof value === 'object' &&
    value !== null &&
    methods.every((method) => typeof (value as Record<string, unknown>)[method] === 'function')
      ? (value as T)
      : { fault: `must have the methods ${methods.join(', ')}` };
}

/** Kafka Streams' dotted names, and whether they count in another unit. */
export interface Field<T> {
  readonly dotted: readonly string[];
  readonly read: Setting<T>;
  readonly fallback: T;
}

export type Fields = Readonly<Record<string, Field<any>>>;
export type ReadFields<F extends Fields> = { readonly [K in keyof F]: F[K] extends Field<infer T> ? T : never };

export function field<T>(fallback: T, read: Setting<T>, ...dotted: readonly string[]): Field<T> {
  return { dotted, read, fallback };
}

/** Reads the fields that are there, by either name; faults go to the list, names that nobody knows among them. */
export function readFields<F extends Fields>(
  fields: F,
  given: Readonly<Record<string, unknown>>,
  faults: ErrorParts[],
  place = '',
): ReadFields<F> {
  const names = new Map<string, string>();
  for (const [name, { dotted }] of Object.entries(fields)) for (const known of [name, ...dotted]) names.set(known, name);
  const result: Record<string, unknown> = Object.fromEntries(Object.entries(fields).map(([name, { fallback }]) => [name, fallback]));
  for (const [key, value] of Object.entries(given)) {
    const name = names.get(key);
    if (name === undefined) {
      if (value !== undefined) faults.push({ where: place + key, what: 'is not a setting', help: closest(key, [...names.keys()]) });
      continue;
    }
    if (value === undefined || value === null) continue;
    const found: unknown = fields[name]!.read(value);
    if (isFault(found)) faults.push({ where: place + key, what: found.fault });
    else result[name] = found;
  }
  return result as ReadFields<F>;
}

function closest(key: string, known: readonly string[]): string {
  const plain = (name: string) => name.toLowerCase().replace(/[^a-z0-9]/g, '');
  const wanted = plain(key);
  const near =
    known.find((name) => plain(name) === wanted) ?? known.find((name) => plain(name).startsWith(wanted.slice(0, 6)) && wanted.length > 3);
  return near === undefined ? 'See the guide for all settings' : `Did you mean "${near}"?`;
}
