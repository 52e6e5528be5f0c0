import type { NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../processor/record.js';
import { sharedInTask } from '../shared-in-task.js';

/** What the two ends of a foreign-key join at its left table share: who asks, and who gets the answers. */
export interface Questions<K, V> {
  /** Asks for the match of a row once more, so that there is an answer in any case. Null: it is gone. Time and headers are those of the record. */
  again(row: V | null, record: StreamRecord<K, unknown>): void | Promise<void>;
  /** A row has no match. */
  over(record: StreamRecord<K, unknown>): void | Promise<void>;
}

/** The same object for both ends of one join in one task. */
export function questions<K, V>(context: NodeContext, join: string): Questions<K, V> {
  return sharedInTask(context, `questions of ${join}`, () => ({ again: () => {}, over: () => {} }));
}
