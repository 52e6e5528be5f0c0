import type { Change } from '../../processor/change.js';
import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import { StreamRecord } from '../../processor/record.js';
import { Headers } from '@ouzel/core';
import { serialized, type Serde } from '../../serdes/serde.js';
import type { Subscription, SubscriptionInstruction } from '../../serdes/subscription.js';
import { forwardEach } from '../forward-each.js';
import { byteString, type ByteString } from '../../state/rows/byte-string.js';
import { synchronous } from '../results.js';
import { questions, type Questions } from './questions.js';
import { valueHash } from './value-hash.js';

export interface SubscriptionSendOptions<K, V, FK> {
  /** Under this name it is found by who gets the answers. */
  readonly join: string;
  readonly foreignKey: (value: V, key: K) => FK | null;
  readonly kind: 'inner' | 'left';
  readonly keySerde: Serde<K>;
  readonly foreignKeySerde: Serde<FK>;
  /** Given to the serdes; no topics of these names exist. */
  readonly foreignKeyTopic: string;
  readonly valueSerde: Serde<V>;
  readonly valueTopic: string;
  /** Where the answer is to go: to the partition of the row, or by its key, as readers before Kafka Streams 3.4 expect (`upgrade.from`). */
  readonly answerTo: 'partition' | 'key';
}

type Step<FK> = readonly [foreignKey: FK | null, instruction: SubscriptionInstruction];

/**
 * Sends a row of the left table to where the row of its foreign key is (SubscriptionSendProcessorSupplier): when the foreign key changed,
 * first the old subscription is deleted. In an inner join a row without a foreign key is dropped; in a left join it is sent without a key,
 * so that an answer comes back.
 */
export class SubscriptionSend<K, V, FK> extends ProcessorNode<K, Change<V>, FK | null, Subscription<K>> {
  private questions!: Questions<K, V>;
  /**
   * Keys of rows that asked once more as they were then. A row that was not sent on yet, because a cache held it, may be another when it is: the next change of such a row
   * needs an answer in any case.
   */
  private readonly open = new Set<ByteString>();

  constructor(private readonly options: SubscriptionSendOptions<K, V, FK>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.questions = questions(context, this.options.join);
    this.questions.again = (row, record) => this.askAgain(row, record);
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { key, value } = record;
    const { newValue, oldValue, isLatest } = value;
    if (!isLatest) return this.drop('out-of-order-version');
    const steps = this.options.kind === 'left' ? this.leftSteps(key, newValue, oldValue) : this.innerSteps(key, newValue, oldValue);
    if (this.isOpen(key)) return this.answered(record, newValue, steps);
    if (steps.length > 0) return this.send(record, newValue, steps);
  }

  private askAgain(row: V | null, record: StreamRecord<K, unknown>): void | Promise<void> {
    this.open.add(this.keyText(record.key));
    const foreignKey = this.foreignKeyOf(row, record.key);
    return foreignKey === null ? this.questions.over(record) : this.send(record, row, [[foreignKey, 'answer-always']]);
  }

  private isOpen(key: K): boolean {
    return this.open.size > 0 && this.open.delete(this.keyText(key));
  }

  private keyText(key: K): ByteString {
    return byteString(serialized(this.options.keySerde, key, this.options.valueTopic, Headers.empty));
  }

  private answered(record: StreamRecord<K, unknown>, row: V | null, steps: readonly Step<FK>[]): void | Promise<void> {
    const asking = steps.map(([to, instruction]): Step<FK> => [to, instruction === 'answer-match' ? 'answer-always' : instruction]);
    return steps.length > 0 ? this.send(record, row, asking) : this.questions.over(record);
  }

  private send({ key, timestamp, headers }: StreamRecord<K, unknown>, row: V | null, steps: readonly Step<FK>[]): void | Promise<void> {
    const hash = valueHash(row, this.options.valueSerde, this.options.valueTopic);
    const primaryPartition = this.options.answerTo === 'partition' ? this.context.partition : null;
    return forwardEach(steps.values(), ([foreignKey, instruction]) =>
      this.forward(new StreamRecord(foreignKey, { instruction, hash, primaryKey: key, primaryPartition }, timestamp, headers)),
    );
  }

  private leftSteps(key: K, newValue: V | null, oldValue: V | null): Step<FK>[] {
    if (newValue === null && oldValue === null) return [];
    const from = this.foreignKeyOf(oldValue, key);
    const to = this.foreignKeyOf(newValue, key);
    // Each change needs an answer, so that there is a result: also that of a row without a foreign key, or of none.
    const subscribe: Step<FK> = [to, 'answer-always'];
    return from !== null && this.isChanged(from, to) ? [[from, 'delete'], subscribe] : [subscribe];
  }

  private innerSteps(key: K, newValue: V | null, oldValue: V | null): Step<FK>[] {
    const from = this.foreignKeyOf(oldValue, key);
    const to = this.foreignKeyOf(newValue, key);
    if (to === null) {
      if (newValue !== null) this.drop('null-foreign-key');
      return from === null ? [] : [[from, 'delete-and-answer']];
    }
    // Without a match there is nothing to delete, unless another foreign key had one.
    if (from === null || !this.isChanged(from, to)) return [[to, 'answer-match']];
    return [
      [from, 'delete'],
      [to, 'answer-always'],
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
