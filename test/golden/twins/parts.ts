import type * as ouzel from '@ouzel/streams';
import type { Materialized, Serde, StreamsBuilder, Topology, TopologyConfig } from '@ouzel/streams';

/** The whole of @ouzel/streams, as a twin gets it: so that twins in a file anywhere need no import. */
export type Ouzel = typeof ouzel;
/** Builds the topology of one family of recorded scenarios. `name` of the scenario: it ends with the seed, by which some families of Fuzz.java choose a store. */
export type Twin = (ouzel: Ouzel, config: TopologyConfig, name: string) => Topology;
/** Twins by family. */
export type Twins = Readonly<Record<string, Twin>>;

/** A fresh builder and the short names that nearly every topology needs (Dsl.java). */
export interface Parts {
  readonly ouzel: Ouzel;
  readonly builder: StreamsBuilder;
  /** Of a random scenario, else 0. */
  readonly seed: number;
  readonly serdes: Ouzel['serdes'];
  readonly text: KeyAndValue<string, string>;
  readonly textLong: KeyAndValue<string, number>;
  readonly textJoin: { readonly key: Serde<string>; readonly left: Serde<string>; readonly right: Serde<string> };
  /** Materialized by name with String serdes, and with a Long value. */
  store(name: string): Stored<string>;
  storeLong(name: string): Stored<number>;
  /** A versioned table with String serdes. */
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

/** A twin in the DSL. */
export function dsl(build: (parts: Parts) => void): Twin {
  return (ouzel, config, name) => {
    const builder = new ouzel.StreamsBuilder(config);
    build(partsOf(ouzel, builder, name));
    return builder.build(config);
  };
}

/** A twin in the Processor API. */
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

/** Materialized by name only: default serdes. */
export function named(store: string): { readonly materialized: { readonly store: string } } {
  return { materialized: { store } };
}

/** The aggregator of most scenarios: "0", then "0+a", then "0+a+b". */
export const concat = (aggregate: string, value: string): string => aggregate + '+' + value;
export const subtract = (aggregate: string, value: string): string => aggregate + '-' + value;
export const mergeSessions = (left: string, right: string): string => `(${left}|${right})`;
export const pair = (left: string | null, right: string | null): string => `${left},${right}`;

/** `substring(0, length)` of Java: a text that is too short is an error. */
export function prefix(text: string, length: number): string {
  if (text.length < length) throw new RangeError(`begin 0, end ${length}, length ${text.length}`);
  return text.slice(0, length);
}

/** `split` of Java: empty texts at the end are dropped. */
export function split(text: string, separator: string | RegExp): string[] {
  const parts = text.split(separator);
  if (parts.length === 1) return parts;
  while (parts.at(-1) === '') parts.pop();
  return parts;
}

/** `Long.parseLong`: text that is no number is an error. */
export function parseLong(text: string): number {
  if (!/^[+-]?\d+$/.test(text)) throw new TypeError(`not a number: "${text}"`);
  return Number(text);
}
