/** A record as a client other than ours reads it, with key and value as text. */
export interface LogRecord {
  readonly offset: number;
  readonly key: string;
  readonly value: string | null;
  /** Epoch ms. */
  readonly timestamp: number;
}

/** One partition at the end of a run, read at both isolation levels. */
export interface PartitionLog {
  /** What a reader of committed records sees. */
  readonly committed: readonly LogRecord[];
  /** What a reader of uncommitted records sees: records of aborted transactions too. */
  readonly written: readonly LogRecord[];
  /** Whether the reader of committed records came to the end. A transaction that never ends holds it up. */
  readonly isStable: boolean;
}

/** The partitions of a topic. */
export type TopicLog = readonly PartitionLog[];

/**
 * The topics of the program in `program.ts`, by the names that the verifier has for them. Values are text:
 *
 * - `in`: the number of the record, which no other record has. `names`: the version of the row.
 * - `orders`: `customer:version`. `customers`: the version of the row.
 * - `echo`: the number. `ids`: `number:id`. `joined`: `number|version of the name`.
 * - `counts`: how many records its key has. `between` (the repartition topic): the number, by the key of its group.
 * - `groups`: `count:number of the record that was counted last`, by group.
 * - `final`: the count of a window, by `key@start`. `enriched`: `order|customer`.
 * - `changelog`: the count of a key, in the changelog of the store behind `counts`.
 */
export interface Logs {
  readonly in: TopicLog;
  readonly names: TopicLog;
  readonly orders: TopicLog;
  readonly customers: TopicLog;
  readonly echo: TopicLog;
  readonly ids: TopicLog;
  readonly joined: TopicLog;
  readonly counts: TopicLog;
  readonly between: TopicLog;
  readonly groups: TopicLog;
  readonly final: TopicLog;
  readonly enriched: TopicLog;
  readonly changelog: TopicLog;
}

export type TopicName = keyof Logs;

/** The window of `final`, ms. Its grace is 0. */
export const windowMs = 2_000;

/** Returns the group of a record of `in`. */
export function groupOf(number: string): string {
  return `group-${Number(number) % 13}`;
}
