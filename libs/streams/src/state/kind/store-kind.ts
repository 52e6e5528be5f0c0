import type { ErrorParts } from '@ouzel/core';
import type { Serde } from '../../serdes/serde.js';
import type { StateStore, StoreContext } from '../state-store.js';
import type { TopicConfig } from '../store.js';
import type { LoggedRows } from './logged-rows.js';
import type { StoreContract } from './store-contract.js';

/**
 * Everything that is particular to one kind of store. Each of Ouzel's kinds is one value of this type in a folder of
 * its own, and nothing else asks which kind a store is of. docs/STORES.md shows how to write another one.
 *
 * `S` is the store that a task gets. `O` are the options of a store of this kind; times in ms.
 */
export interface StoreKind<S extends StateStore = StateStore, O extends object = object> {
  /** The name of the kind in errors, such as "session store". */
  readonly name: string;
  /**
   * How services, tests and operators of other kinds of rows use the store; undefined for a store that only its own
   * operator understands.
   */
  readonly contract: StoreContract<S, O> | undefined;
  /**
   * Whether the application's record cache may stand in front of a store. Only Ouzel's own stores know how. Default:
   * false.
   */
  readonly cacheable?: boolean;
  /**
   * Returns a text that stands for kind and options in the folder of a task. Local state of another identity is not
   * read, so the text must not change once stores exist.
   */
  identity(options: O): string;
  /**
   * Configuration of the changelog topic. `extraRetentionMs` is how much longer than the store a changelog keeps what
   * has expired.
   */
  changelogConfig(options: O, extraRetentionMs: number): TopicConfig;
  /** Makes the store of one task. */
  create(spec: StoreSpec<O>, parts: StoreParts): S;
  /** Returns what is wrong with the options, undefined when nothing is. Default: any options are fine. */
  fault?(options: O): Pick<ErrorParts, 'what' | 'help'> | undefined;
  /**
   * Returns the options of a store whose rows are deleted when no update came for `ttlMs` of stream time. A kind
   * without this method has no ttl.
   */
  withTtl?(options: O, ttlMs: number): O;
  /**
   * Returns whether rows are deleted or emitted because stream time goes on. A kind without this method keeps its rows
   * whatever the time is.
   */
  followsTime?(options: O): boolean;
  /**
   * Returns how far back in time the values of a key can be read, ms. A kind without this method keeps the newest value
   * only.
   */
  historyMs?(options: O): number;
}

/** A store of a topology: its kind with options, and how it is kept. Data, shared by all tasks. */
export interface StoreSpec<O extends object = object> {
  readonly name: string;
  readonly kind: StoreKind<StateStore, O>;
  readonly options: O;
  /** False: the rows live in memory only, and are restored from the changelog at each start. */
  readonly persistent: boolean;
  readonly key: Serde<unknown>;
  readonly value: Serde<unknown>;
  /** `headers` is dsl.store.format=HEADERS of Kafka Streams: changelog records of deletions have headers. */
  readonly format: 'plain' | 'headers';
  readonly caching: boolean;
  /** False: no changelog. Else the configuration that goes over that of the kind. */
  readonly logging: TopicConfig | false;
}

/** The parts that the store of one task is made from. */
export interface StoreParts {
  /** The rows of this store in the task's database, or in memory. Every write is logged too. */
  readonly loggedRows: LoggedRows;
  /** The task: the record in process, and the way to the changelog. */
  readonly context: StoreContext;
  /** The topic that serdes are called with: that of the changelog, also where there is none. */
  readonly topic: string;
}
