import { isObject, oneOf, reader, type Place, type Reader } from '@ouzel/core/settings';
import {
  JoinWindow,
  SessionWindow,
  SlidingWindow,
  StoreBuilder,
  StoreSupplier,
  Suppression,
  TimeWindow,
  durationMs,
  type EventType,
  type OffsetReset,
  type RetryOptions,
  type TopicConfig,
} from '@ouzel/streams';
import type { AnySerde, UserFunction } from '../../decorators/untyped.js';

export type Windows = TimeWindow | SlidingWindow | SessionWindow;

/** Topics of a source: one, several, or a pattern. */
export type SourceTopics = string | readonly string[] | RegExp;

const isText = (value: unknown): value is string => typeof value === 'string' && value !== '';

/**
 * Returns true for a function that is declared with `async`, as far as it was compiled for a target that has such
 * functions.
 */
export function isAsync(value: unknown): boolean {
  return Object.prototype.toString.call(value) === '[object AsyncFunction]';
}

/**
 * A callback of an operator. The DSL's callbacks are synchronous, so a function that is declared with `async` does not
 * fit.
 */
export const callback: Reader<UserFunction, UserFunction> = {
  form: 'a function',
  show: () => 'a function',
  read: (value, place) => {
    if (typeof value !== 'function') return place.report('must be a function');
    return isAsync(value)
      ? place.report('must not be asynchronous', 'Ask for what it needs in an @AsyncMapValues member before this one.')
      : (value as UserFunction);
  },
};

const isSerde = (value: unknown): value is AnySerde =>
  isObject(value) && typeof value.serialize === 'function' && typeof value.deserialize === 'function';

/** A serde is never a function of the config: `serdes.json` without its call would be taken for one. */
export const serde: Reader<AnySerde, AnySerde> = {
  form: 'a serde',
  show: () => 'a serde',
  read: (value, place) => {
    if (isSerde(value)) return value;
    return place.report('must be a serde', typeof value === 'function' ? 'Call it: serdes.json()' : 'Take one of serdes: serdes.string');
  },
};

export const memberName = reader<string>('the name of a member', (value) => (isText(value) ? value : undefined));

export const topic = reader<string>('the name of a topic', (value) => (isText(value) ? value : undefined));

export const sourceTopics = reader<SourceTopics>('the name of a topic, a list of names, or a RegExp', (value) => {
  const isList = (topics: unknown): topics is readonly string[] => Array.isArray(topics) && topics.length > 0 && topics.every(isText);
  return isText(value) || value instanceof RegExp || isList(value) ? value : undefined;
});

export const window: Reader<Windows, Windows> = reader('a window, made by tumbling, hopping, sliding, session or unlimited', (value) =>
  value instanceof TimeWindow || value instanceof SlidingWindow || value instanceof SessionWindow ? value : undefined,
);

export const joinWindow: Reader<JoinWindow, JoinWindow> = reader("a join window, such as within('5m')", (value) =>
  value instanceof JoinWindow ? value : undefined,
);

export const suppression: Reader<Suppression, Suppression> = reader('untilWindowCloses(…) or untilTimeLimit(…)', (value) =>
  value instanceof Suppression ? value : undefined,
);

export const storeName = reader<string | StoreSupplier>('the name of a store, or a supplier made by Stores', (value) =>
  isText(value) || value instanceof StoreSupplier ? value : undefined,
);

export const supplier: Reader<StoreSupplier, StoreSupplier> = reader('a supplier made by Stores', (value) =>
  value instanceof StoreSupplier ? value : undefined,
);

export const logging = reader<boolean | TopicConfig>("true, false, or the changelog's configuration", (value) =>
  typeof value === 'boolean' || (isObject(value) && !Array.isArray(value)) ? (value as boolean | TopicConfig) : undefined,
);

const resets = oneOf('earliest', 'latest', 'none');
export const offsetReset = reader<OffsetReset>(`${resets.form}, or { byDuration }`, (value) =>
  ['earliest', 'latest', 'none'].includes(value as string) || (isObject(value) && isDuration(value.byDuration))
    ? (value as OffsetReset)
    : undefined,
);

const isShare = (value: unknown): boolean => typeof value === 'number' && value >= 0 && value <= 1;

/** The options of `retry`, and what each must be. `attempts` is required. */
const retryOptions: Readonly<Record<string, (value: unknown) => boolean>> = {
  attempts: (value) => Number.isInteger(value) && (value as number) >= 1,
  backoff: isDuration,
  maxBackoff: (value) => value === Infinity || isDuration(value),
  jitter: isShare,
  on: (value) => typeof value === 'function' && !isAsync(value),
};

export const retry = reader<RetryOptions>(
  'an object with attempts, at least 1, and, where they are given, backoff and maxBackoff, durations, jitter, from 0 to 1, and on, a function of the error',
  (value) => {
    if (!isObject(value) || value.attempts === undefined) return undefined;
    const fits = Object.entries(value).every(([name, given]) => given === undefined || retryOptions[name]?.(given) === true);
    // The compiler does not follow the check of each entry.
    return fits
      ? (Object.fromEntries(Object.entries(value).filter(([, given]) => given !== undefined)) as unknown as RetryOptions)
      : undefined;
  },
);

/** Where records say their type. */
export const eventType = reader<EventType>(
  "an object with the name of a header, { header: 'event-type' }, or of a field of the value",
  (value) => {
    if (!isObject(value) || isText(value.header) === isText(value.field)) return undefined;
    return isText(value.header) ? { header: value.header } : { field: value.field as string };
  },
);

export const eventName = reader<string>('the name of a type of event', (value) => (isText(value) ? value : undefined));

/** Stores of a processor, by name and by builder. */
export const processorStores: Reader<readonly (string | StoreBuilder)[], readonly (string | StoreBuilder)[]> = {
  form: 'a list of names of stores, and of builders made by Stores',
  show: () => '[]',
  read: (value, place) => storeList(value, (store) => isText(store) || store instanceof StoreBuilder, processorStores, place),
};

/** Stores of a topology, by builder. */
export const storeBuilders: Reader<readonly StoreBuilder[], readonly StoreBuilder[]> = {
  form: 'a list of builders made by Stores',
  show: () => '[]',
  read: (value, place) => storeList(value, (store) => store instanceof StoreBuilder, storeBuilders, place),
};

const needsBuilder = 'Make a builder of the supplier: Stores.keyValueStoreBuilder(supplier, keySerde, valueSerde)';

function storeList<T>(value: unknown, fits: (store: unknown) => boolean, { form }: Reader<T, T>, place: Place): T | undefined {
  if (Array.isArray(value) && value.every(fits)) return value as T;
  const hasSupplier = Array.isArray(value) && value.some((store) => store instanceof StoreSupplier);
  return place.report(`must be ${form}`, hasSupplier ? needsBuilder : undefined);
}

function isDuration(value: unknown): value is number {
  try {
    return durationMs(value as number) >= 0;
  } catch {
    return false;
  }
}
