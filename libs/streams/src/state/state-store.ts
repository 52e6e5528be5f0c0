import type { DropReason } from '../processor/dropped.js';
import type { Headers } from '@ouzel/core';
import type { Serde } from '../serdes/serde.js';
import type { RecordContext } from '../processor/record.js';
import type { TopicConfig } from './store.js';
import type { RecordCache } from './cache/record-cache.js';
import type { Rows } from './rows/rows.js';

/** A record of a changelog topic. Timestamp null: the producer's clock (buffers of suppress). */
export interface ChangelogRecord {
  readonly key: Buffer;
  readonly value: Buffer | null;
  readonly timestamp: number | null;
  readonly headers: Headers;
}

/** What a store may ask of its task. */
export interface StoreContext {
  readonly taskId: string;
  /** Of the record in process; changelog records of plain stores take their time from it. A cache sets it to that of the entry it flushes. */
  record: RecordContext;
  /** Appends to the changelog partition of the store named. Called only for stores with logging. */
  log(store: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void;
  /** Counts a put that came after the store's retention. */
  drop(reason: DropReason, store: string): void;
  /** Keeps a promise that the call under way can not return: the record in process is not finished before it is, and a failure is the record's. */
  own(pending: Promise<void>): void;
}

export type StoreKind =
  'key-value' | 'timestamped-key-value' | 'window' | 'timestamped-window' | 'session' | 'versioned' | 'list' | 'buffer';

/** What a store is, without its code: what names, changelog topic and the task's folder are derived from. */
export interface StateStoreSpec {
  readonly name: string;
  readonly kind: StoreKind;
  /** False: lives in memory only and is restored whole. */
  readonly persistent: boolean;
  readonly caching: boolean;
  /** False: no changelog. Else the configuration that goes over Kafka Streams' defaults. */
  readonly logging: TopicConfig | false;
  /** How long windows, sessions or versions are kept, ms; undefined for stores that keep everything. */
  readonly retentionMs: number | undefined;
  /** Window stores that keep several values under one key and start (sides of a join): their changelog is `delete` only. */
  readonly retainDuplicates: boolean;
  /** Encodes keys: what chooses the partition of a key that is asked for. */
  readonly key: Serde<any>;
  /** Makes the store of one task. */
  create(parts: StoreParts): StateStore;
}

export interface StoreParts {
  readonly context: StoreContext;
  /** The rows of this store in the task's database, behind its prefix, through the write buffer. */
  readonly rows: Rows;
  /** App-wide; undefined where caching is off or the cache has no bytes. */
  readonly cache: RecordCache | undefined;
  /** Given to serdes as the topic: the changelog topic, also where logging is off. */
  readonly topic: string;
  /** Set by `log` when undefined is not given: false where the store has no changelog. */
  readonly logged: boolean;
}

/** A store as its task sees it, whatever its kind. The objects also have the methods of their kind (KeyValueStore, WindowStore, …). */
export interface StateStore {
  readonly name: string;
  /** Writes and forwards what the record cache holds for this store. A promise only where a node below asked for one. */
  flush(): void | Promise<void>;
  /** One changelog record as a row of this store, without logging it again. Also moves the store's own observed time. */
  restore(record: ChangelogRecord): void;
  /** Puts into its rows what the store knows beside them: called before each commit. */
  checkpoint?(): void;
  /** Ends open scans. */
  close(): void;
}

/** A store of one application: what it is, and the topic that it can be restored from. */
export interface StorePlan {
  readonly spec: StateStoreSpec;
  /** Full name; the source topic where that serves as changelog; undefined where logging is off. Given to serdes as topic in any case by `topicOf`. */
  readonly changelog: string | undefined;
  /** The changelog is a source topic of the user: nothing is logged, and restore ends at the committed offset. */
  readonly sourceAsChangelog: boolean;
}
