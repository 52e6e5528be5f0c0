import type { NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../processor/record.js';
import type { ByteString } from '../../state/byte-string.js';
import { sharedInTask } from '../shared-in-task.js';

/** What the two ends of a foreign-key join at its left table share: who asks, and who gets the answers. */
export interface Questions<K, V> {
  /**
   * Keys of rows that asked once more as they were then. A row that was not sent on yet, because a cache held it, may be another when it is: the next change of such a row
   * needs an answer in any case.
   */
  readonly open: Set<ByteString>;
  /** Whether a row has a foreign key. */
  has(row: V, key: K): boolean;
  /** Asks for the match of a row once more, so that there is an answer in any case. Time and headers are those of the record. */
  again(row: V, record: StreamRecord<K, unknown>): void | Promise<void>;
  /** A row has no match. */
  over(record: StreamRecord<K, unknown>): void | Promise<void>;
}

/** The same object for both ends of one join in one task. */
export function questions<K, V>(context: NodeContext, join: string): Questions<K, V> {
  return sharedInTask(context, `questions of ${join}`, () => ({ open: new Set(), has: () => false, again: () => {}, over: () => {} }));
}
