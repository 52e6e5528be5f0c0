import type { TopicName } from './log.js';

/**
 * What can be wrong with a log:
 *
 * - `lost`: an input has no effect. `duplicated`: it has its effect twice.
 * - `reordered`: effects are not in the order of their inputs. `misplaced`: an effect is in another partition.
 * - `aborted-read`: a record of an aborted transaction has an effect. `invented`: an effect has no input at all.
 * - `torn`: some effects of an input are there, and others are not.
 * - `stale`: a result was made from older state than an earlier one.
 * - `hanging`: a transaction never ends, and holds up readers of committed records.
 */
export type Anomaly = 'lost' | 'duplicated' | 'reordered' | 'misplaced' | 'aborted-read' | 'invented' | 'torn' | 'stale' | 'hanging';

export interface Finding {
  readonly anomaly: Anomaly;
  readonly topic: TopicName;
  readonly partition: number;
  /** The first record that shows it, as text. */
  readonly what: string;
  /** How many records show it. */
  readonly count: number;
}

/** Returns a finding about these records; none where there are none. */
export function about(anomaly: Anomaly, topic: TopicName, partition: number, records: readonly string[]): Finding[] {
  return records.length === 0 ? [] : [{ anomaly, topic, partition, what: records[0]!, count: records.length }];
}
