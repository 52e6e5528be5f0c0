import type { NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../processor/record.js';
import { sharedInTask } from '../shared-in-task.js';

/** What the two ends of a foreign-key join at its left table share: who gets the answers, and who asks. */
export interface Questions<K, V> {
  /** Whether a row has a foreign key. */
  has(row: V, key: K): boolean;
  /** Asks for the match of a row once more, so that there is an answer in any case. Time and headers are those of the record. */
  again(row: V, record: StreamRecord<K, unknown>): void | Promise<void>;
}

/** The same object for both ends of one join in one task. */
export function questions<K, V>(context: NodeContext, join: string): Questions<K, V> {
  return sharedInTask(context, `questions of ${join}`, () => ({ has: () => false, again: () => {} }));
}
