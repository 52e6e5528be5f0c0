import type { NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../record/record.js';
import { sharedInTask } from '../shared-in-task.js';

/**
 * The calls between the two nodes of a foreign-key join at its left table: the one that sends subscriptions
 * (SubscriptionSend) and the one that receives responses (ResponseJoin). Forwarded records have the time and the
 * headers of the record that the call is made with.
 */
export interface Resubscription<K, V> {
  /**
   * Sends the subscription of a row once more, so that a response comes in any case. A null row is deleted. Set by
   * SubscriptionSend.
   */
  resubscribe(row: V | null, record: StreamRecord<K, unknown>): void | Promise<void>;
  /** Forwards that the row has no result. Set by ResponseJoin. */
  forwardNoResult(record: StreamRecord<K, unknown>): void | Promise<void>;
}

/** Returns the same object to both nodes of one join in one task. */
export function resubscription<K, V>(context: NodeContext, join: string): Resubscription<K, V> {
  return sharedInTask(context, `resubscription of ${join}`, () => ({ resubscribe: () => {}, forwardNoResult: () => {} }));
}
