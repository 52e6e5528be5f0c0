import type * as ouzel from '@ouzel/streams';
import type { Materialized, Serde, StreamsBuilder, Topology, TopologyConfig } from '@ouzel/streams';

/** The whole of @ouzel/streams. A twin gets it as an argument, so that a file of twins needs no import. */
export type Ouzel = typeof ouzel;
/**
 * Builds the topology of one family of recorded scenarios. `name` is that of the scenario. It ends with the seed, by
 * which some families of Fuzz.java choose a store.
 */
export type Twin = (ouzel: Ouzel, config: TopologyConfig, name: string) => Topology;
/** Twins by family. */
export type Twins = Readonly<Record<string, Twin>>;

/** A new builder, and short names for what nearly every topology needs (Dsl.java). */
export interface Parts {
  readonly ouzel: Ouzel;
  readonly builder: StreamsBuilder;
  /** The seed of a random scenario, else 0. */
  readonly seed: number;
  readonly serdes: Ouzel['serdes'];
  readonly text: KeyAndValue<string, string>;
  readonly textLong: KeyAndValue<string, number>;
  readonly textJoin: { readonly key: Serde<string>; readonly left: Serde<string>; readonly right: Serde<string> };
  /** Names a store with String serdes, and one with a Long value. */
  store(name: string): Stored<string>;
  storeLong(name: string): Stored<number>;
  /** Names a versioned store with String serdes. */
  versioned(name: string, history: number, segment?: number): Stored<string>;
  windowedText(size: number): ReturnType<typeof windowed<string>>;
  windowedLong(size: number): ReturnType<typeof windowed<number>>;
  readonly sessionText: ReturnType<typeof sessions<string>>;
  readonly sessionLong: ReturnType<typeof sessions<number>>;
}

interface KeyAndValue<K, V> {
  readonly key: Serde<K>;
  readonly value: Serde<V>;
}
interface Stored<V> {
  readonly materialized: Materialized<string, V>;
}

/** Makes a twin in the DSL. */
export function dsl(build: (parts: Parts) => void): Twin {
  return (ouzel, config, name) => {
    const builder = new ouzel.StreamsBuilder(config);
    build(partsOf(ouzel, builder, name));
    return builder.build(config);
  };
}

/** Makes a twin in the Processor API. */
export function plain(build: (topology: Topology, parts: Parts) => void): Twin {
  return (ouzel, config, name) => {
    const topology = new ouzel.Topology(config);
    build(topology, partsOf(ouzel, new ouzel.StreamsBuilder(config), name));
    return topology;
  };
}

function partsOf(ouzel: Ouzel, builder: StreamsBuilder, name: string): Parts {
  const { serdes, Stores } = ouzel;
  const text = { key: serdes.string, value: serdes.string };
  const textLong = { key: serdes.string, value: serdes.long };
  return {
    ouzel,
    builder,
    seed: Number(/\d+$/.exec(name)?.[0] ?? 0),
    serdes,
    text,
    textLong,
    textJoin: { key: serdes.string, left: serdes.string, right: serdes.string },
    store: (name) => ({ materialized: { store: name, ...text } }),
    storeLong: (name) => ({ materialized: { store: name, ...textLong } }),
    versioned: (name, history, segment) => ({
      materialized: {
        store: Stores.persistentVersionedKeyValueStore(name, segment === undefined ? { history } : { history, segment }),
        ...text,
      },
    }),
    windowedText: (size) => windowed(ouzel, size, serdes.string),
    windowedLong: (size) => windowed(ouzel, size, serdes.long),
    sessionText: sessions(ouzel, serdes.string),
    sessionLong: sessions(ouzel, serdes.long),
  };
}

function windowed<V>({ serdes }: Ouzel, size: number, value: Serde<V>) {
  return { key: serdes.timeWindowed(serdes.string, size), value };
}

function sessions<V>({ serdes }: Ouzel, value: Serde<V>) {
  return { key: serdes.sessionWindowed(serdes.string), value };
}

/** Names a store that has the default serdes. */
export function named(store: string): { readonly materialized: { readonly store: string } } {
  return { materialized: { store } };
}

/** Appends the value, as the aggregator of most scenarios does: "0", then "0+a", then "0+a+b". */
export const concat = (aggregate: string, value: string): string => aggregate + '+' + value;
export const subtract = (aggregate: string, value: string): string => aggregate + '-' + value;
export const mergeSessions = (left: string, right: string): string => `(${left}|${right})`;
export const pair = (left: string | null, right: string | null): string => `${left},${right}`;

/** Returns the begin of a text, as Java's `substring(0, length)` does. Throws when the text is too short. */
export function prefix(text: string, length: number): string {
  if (text.length < length) throw new RangeError(`begin 0, end ${length}, length ${text.length}`);
  return text.slice(0, length);
}

/** Splits a text as Java's `split` does, which drops empty texts at the end. */
export function split(text: string, separator: string | RegExp): string[] {
  const parts = text.split(separator);
  if (parts.length === 1) return parts;
  while (parts.at(-1) === '') parts.pop();
  return parts;
}

/** Reads a whole number as `Long.parseLong` does. Throws when the text is none. */
export function parseLong(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new TypeError(`not a number: "${text}"`);
  return Number(text);
}
