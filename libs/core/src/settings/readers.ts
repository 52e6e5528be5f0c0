import { durationMs, showDuration, type Duration } from '../durations.js';
import { Secret } from '../secret.js';
import { reader, type Reader } from './reader.js';

/** The largest number of milliseconds that Kafka's requests and the timers of other libraries can hold: 24.8 days. */
export const maxInt32 = 2 ** 31 - 1;

/** A number. May be given as text at run time, as in Java's properties. */
function numberOf(value: unknown): number {
  return typeof value === 'string' && value.trim() !== '' ? Number(value) : typeof value === 'number' ? value : NaN;
}

function limits(min: string, max: string | undefined): string {
  return `of at least ${min}${max === undefined ? '' : ` and at most ${max}`}`;
}

function whole(noun: string, min: number, max: number, show?: (value: number) => string): Reader<number, number> {
  const form = `${noun} ${limits(String(min), max < Number.MAX_SAFE_INTEGER ? String(max) : undefined)}`;
  const parse = (value: unknown) => {
    const found = numberOf(value);
    return Number.isInteger(found) && found >= min && found <= max ? found : undefined;
  };
  return reader(form, parse, show);
}

export function integer(min: number, max = Number.MAX_SAFE_INTEGER): Reader<number, number> {
  return whole('a whole number', min, max);
}

/** A size in memory or of a request. */
export function bytes(min: number, max = Number.MAX_SAFE_INTEGER): Reader<number, number> {
  return whole('a whole number of bytes', min, max, showBytes);
}

function showBytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB'];
  let unit = 0;
  let shown = value;
  for (; shown >= 1_024 && shown % 1_024 === 0 && unit < units.length - 1; unit++) shown /= 1_024;
  return `${shown} ${units[unit]}`;
}

/** A time span, read as milliseconds. `Infinity` is allowed where `max` is. */
export function duration(min = 0, max = Infinity): Reader<Duration, number> {
  const range = min === 0 && max === Infinity ? '' : `, ${limits(showDuration(min), max === Infinity ? undefined : showDuration(max))}`;
  return reader<Duration, number>(
    `a duration: milliseconds, or a text such as '500ms', '10s', '5m', '1h', '1d'${range}`,
    (value) => {
      const ms = typeof value === 'string' && /^-?\d+$/.test(value) ? Number(value) : durationOf(value);
      return ms >= min && ms <= max ? ms : undefined;
    },
    showDuration,
  );
}

function durationOf(value: unknown): number {
  try {
    return durationMs(value as Duration);
  } catch {
    return NaN;
  }
}

export const text: Reader<string, string> = reader(
  'a text that is not empty',
  (value) => (typeof value === 'string' && value !== '' ? value : undefined),
  (value) => `'${value}'`,
);

/** Wraps a value in a `Secret`, so that printing a configuration or a client does not show it. */
export function secret<T>({ form, read }: Reader<T, T>): Reader<T | Secret<T>, Secret<T>> {
  return {
    form,
    show: String,
    read: (value, place) => {
      const found = read(value instanceof Secret ? value.reveal() : value, place);
      return found === undefined ? undefined : new Secret(found);
    },
  };
}

export const flag: Reader<boolean, boolean> = reader('true or false', (value) =>
  value === true || value === 'true' ? true : value === false || value === 'false' ? false : undefined,
);

const listed = (words: readonly string[]) => words.map((word) => `'${word}'`).join(', ');

export function oneOf<const T extends string>(...words: readonly T[]): Reader<T, T> {
  return reader<T>(
    `one of ${listed(words)}`,
    (value) => words.find((word) => word === value),
    (value) => `'${value}'`,
  );
}

/** A word, or a function of the type `T`, whose shape only the compiler can check. */
export function wordOrFunction<T>(...words: readonly Extract<T, string>[]): Reader<T, T> {
  const isOne = (value: unknown): value is T => typeof value === 'function' || words.some((word) => word === value);
  return reader<T>(
    `${words.length === 0 ? '' : `one of ${listed(words)}, or `}a function`,
    (value) => (isOne(value) ? value : undefined),
    (value) => (typeof value === 'string' ? `'${value}'` : 'a function'),
  );
}

/** A function of the type `T`, whose shape only the compiler can check. */
export function callback<T>(): Reader<T, T> {
  return wordOrFunction<T>();
}

/** An object of texts, such as the configuration of a topic. */
export const texts: Reader<Readonly<Record<string, string>>, Readonly<Record<string, string>>> = reader('an object of texts', (value) =>
  isObject(value) && Object.values(value).every((item) => typeof item === 'string') ? (value as Record<string, string>) : undefined,
);

/** An object with the methods of a port. */
export function having<T>(...methods: readonly (keyof T & string)[]): Reader<T, T> {
  return reader<T>(`an object with the methods ${methods.join(', ')}`, (value) =>
    isObject(value) && methods.every((method) => typeof value[method] === 'function') ? (value as T) : undefined,
  );
}

/** Anything: the setting belongs to the user. */
export const anything: Reader<unknown, unknown> = { form: 'anything', read: (value) => value, show: (value) => JSON.stringify(value) };

export function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
