import { Headers, OuzelError, readInt64 } from '@ouzel/core';
import type { ConsumerRecord } from '@ouzel/kafka';
import { checkedApplication } from './checked-application.js';
import type { StreamsConfig } from './config/streams-config.js';
import type { Topology } from './dsl/topology.js';
import { deserialized, type Serde } from './serdes/serde.js';
import type { StorePlan } from './state/kind/store-plan.js';

/** A row of a store, as its changelog has it. */
export interface ChangelogRow {
  readonly key: unknown;
  /** Set for window stores, whose windows have no end in a changelog, and for session stores. */
  readonly window?: { readonly start: number; readonly end?: number };
  /** Null: the row was deleted. */
  readonly value: unknown;
  readonly timestamp: number;
}

/** Reads records of a store's changelog. */
export interface ChangelogReader {
  /** The full name of the changelog, or of the source topic that serves as one. */
  readonly topic: string;
  readonly keySerde: Serde<unknown>;
  /** Returns the bytes of a key, to find it among those of records. */
  keyBytes(key: unknown): Buffer;
  /** Returns the bytes of the key in a record, without its window. */
  keyIn(record: ConsumerRecord): Buffer;
  /** Throws OUZEL_SERDE for a record that the serdes can not read. */
  row(record: ConsumerRecord): ChangelogRow;
}

/** Bytes behind the key in a changelog record: start and sequence of a window, end and start of a session. */
const tails: Readonly<Record<string, number>> = { 'key-value': 0, versioned: 0, window: 12, session: 16 };

/**
 * Returns a reader of the changelog of a store, for tools that look at committed state without the application. Throws
 * OUZEL_STORE_UNKNOWN where there is no such store, and OUZEL_STATE where it has no changelog or none that can be read.
 */
export function changelogReader(topology: Topology, config: StreamsConfig, store: string): ChangelogReader {
  const { plan } = checkedApplication(topology, config);
  const plans = [...plan.subTopologies.flatMap(({ stores }) => stores), ...(plan.global?.stores ?? [])];
  const found = plans.find(({ spec }) => spec.name === store);
  if (found === undefined) {
    const names = plans.map(({ spec }) => spec.name).sort();
    throw new OuzelError('OUZEL_STORE_UNKNOWN', { what: `there is no store "${store}"`, help: `There are ${names.join(', ') || 'none'}.` });
  }
  return readerOf(found);
}

function readerOf({ spec, changelog }: StorePlan): ChangelogReader {
  const { name, kind, options, key: keySerde, value: valueSerde } = spec;
  const where = `store "${name}"`;
  if (changelog === undefined) throw new OuzelError('OUZEL_STATE', { what: 'the store has no changelog', where });
  const layout = kind.identity(options).replace(/^timestamped-/, '');
  const tail = tails[layout];
  if (tail === undefined || kind.contract === undefined)
    throw new OuzelError('OUZEL_STATE', { what: `only its operator understands a ${kind.name}`, where });
  const keyIn = ({ key }: ConsumerRecord) => key!.subarray(0, key!.length - tail);
  return {
    topic: changelog,
    keySerde,
    keyBytes: (key) => keySerde.serialize(key, changelog, Headers.empty),
    keyIn,
    row: (record) => ({
      key: deserialized(keySerde, keyIn(record), changelog, Headers.empty),
      ...windowIn(record.key!, layout),
      value: record.value === null ? null : deserialized(valueSerde, record.value, changelog, Headers.empty),
      timestamp: record.timestamp,
    }),
  };
}

function windowIn(key: Buffer, layout: string): Pick<ChangelogRow, 'window'> {
  if (layout === 'window') return { window: { start: readInt64(key, key.length - 12) } };
  if (layout === 'session') return { window: { start: readInt64(key, key.length - 8), end: readInt64(key, key.length - 16) } };
  return {};
}
