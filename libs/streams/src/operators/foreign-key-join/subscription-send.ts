import type { Change } from '../../record/change.js';
import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import { StreamRecord } from '../../record/record.js';
import { Headers } from '@ouzel/core';
import { serialized, type Serde } from '../../serdes/serde.js';
import type { Subscription, SubscriptionInstruction } from '../../serdes/subscription.js';
import { forwardEach } from '../forward-each.js';
import { byteString, type ByteString } from '../../state/rows/byte-string.js';
import { synchronous } from '../results.js';
import { resubscription, type Resubscription } from './resubscription.js';
import { valueHash } from './value-hash.js';

export interface SubscriptionSendOptions<K, V, FK> {
  /** The name under which the node that receives the responses finds it. */
  readonly join: string;
  readonly foreignKey: (value: V, key: K) => FK | null;
  readonly kind: 'inner' | 'left';
  readonly keySerde: Serde<K>;
  readonly foreignKeySerde: Serde<FK>;
  /** The topics that the serdes are called with; no topics of these names exist. */
  readonly foreignKeyTopic: string;
  readonly valueSerde: Serde<V>;
  readonly valueTopic: string;
  /**
   * Where the response goes: to the partition of the row, or by its key, as readers before Kafka Streams 3.4 expect
   * (`upgrade.from`).
   */
  readonly respondTo: 'partition' | 'key';
}

type Step<FK> = readonly [foreignKey: FK | null, instruction: SubscriptionInstruction];

/**
 * Sends a subscription when a row of the left table changes, to the task that has the row of its foreign key
 * (SubscriptionSendProcessorSupplier). When the foreign key changed, the old subscription is deleted first. In an inner
 * join a row without a foreign key is dropped; in a left join its subscription has no key, so that a response comes
 * back.
 */
export class SubscriptionSend<K, V, FK> extends ProcessorNode<K, Change<V>, FK | null, Subscription<K>> {
  private resubscription!: Resubscription<K, V>;
  /**
   * Keys of rows that subscribed once more. A record cache above may hold a newer version of such a row, which comes
   * later: that next change needs a response in any case too.
   */
  private readonly resubscribed = new Set<ByteString>();

  constructor(private readonly options: SubscriptionSendOptions<K, V, FK>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.resubscription = resubscription(context, this.options.join);
    this.resubscription.resubscribe = (row, record) => this.resubscribe(row, record);
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { key, value } = record;
    const { newValue, oldValue, isLatest } = value;
    if (!isLatest) return this.drop('out-of-order-version');
    const steps = this.options.kind === 'left' ? this.leftSteps(key, newValue, oldValue) : this.innerSteps(key, newValue, oldValue);
    if (this.wasResubscribed(key)) return this.sendForResponse(record, newValue, steps);
    if (steps.length > 0) return this.send(record, newValue, steps);
  }

  private resubscribe(row: V | null, record: StreamRecord<K, unknown>): void | Promise<void> {
    this.resubscribed.add(this.keyText(record.key));
    const foreignKey = this.foreignKeyOf(row, record.key);
    return foreignKey === null ? this.resubscription.forwardNoResult(record) : this.send(record, row, [[foreignKey, 'respond-always']]);
  }

  private wasResubscribed(key: K): boolean {
    return this.resubscribed.size > 0 && this.resubscribed.delete(this.keyText(key));
  }

  private keyText(key: K): ByteString {
    return byteString(serialized(this.options.keySerde, key, this.options.valueTopic, Headers.empty));
  }

  /** Sends the steps so that a response comes in any case. */
  private sendForResponse(record: StreamRecord<K, unknown>, row: V | null, steps: readonly Step<FK>[]): void | Promise<void> {
    if (steps.length === 0) return this.resubscription.forwardNoResult(record);
    const responding = steps.map(([to, instruction]): Step<FK> => [
      to,
      instruction === 'respond-to-match' ? 'respond-always' : instruction,
    ]);
    return this.send(record, row, responding);
  }

  private send({ key, timestamp, headers }: StreamRecord<K, unknown>, row: V | null, steps: readonly Step<FK>[]): void | Promise<void> {
    const hash = valueHash(row, this.options.valueSerde, this.options.valueTopic);
    const primaryPartition = this.options.respondTo === 'partition' ? this.context.partition : null;
    return forwardEach(steps.values(), ([foreignKey, instruction]) =>
      this.forward(new StreamRecord(foreignKey, { instruction, hash, primaryKey: key, primaryPartition }, timestamp, headers)),
    );
  }

  private leftSteps(key: K, newValue: V | null, oldValue: V | null): Step<FK>[] {
    if (newValue === null && oldValue === null) return [];
    const from = this.foreignKeyOf(oldValue, key);
    const to = this.foreignKeyOf(newValue, key);
    // Each change needs a response, so that there is a result: also a row without a foreign key, and a deletion.
    const subscribe: Step<FK> = [to, 'respond-always'];
    return from !== null && this.isChanged(from, to) ? [[from, 'delete'], subscribe] : [subscribe];
  }

  private innerSteps(key: K, newValue: V | null, oldValue: V | null): Step<FK>[] {
    const from = this.foreignKeyOf(oldValue, key);
    const to = this.foreignKeyOf(newValue, key);
    if (to === null) {
      if (newValue !== null) this.drop('null-foreign-key');
      return from === null ? [] : [[from, 'delete-and-respond']];
    }
    // Without a match there is nothing to delete, unless another foreign key had one.
    if (from === null || !this.isChanged(from, to)) return [[to, 'respond-to-match']];
    return [
      [from, 'delete'],
      [to, 'respond-always'],
    ];
  }

  private foreignKeyOf(value: V | null, key: K): FK | null {
    return value === null ? null : (synchronous(this.options.foreignKey(value, key), 'foreignKey') ?? null);
  }

  private isChanged(from: FK, to: FK | null): boolean {
    const { foreignKeySerde, foreignKeyTopic } = this.options;
    if (to === null) return true;
    return (
      from !== to &&
      !serialized(foreignKeySerde, from, foreignKeyTopic, Headers.empty).equals(
        serialized(foreignKeySerde, to, foreignKeyTopic, Headers.empty),
      )
    );
  }
}
