import type { Delivery, DriverError, HeldRecords, Producer, ProducerRecord, TopicPartition } from '@ouzel/kafka';

/**
 * The records that a task holds back in one commit interval, until its commit sends them.
 *
 * At least once these are changelog records: a changelog is never ahead of the outputs, so a record that is read again
 * after a crash finds the state that it found the first time, or the state that it left. Kafka Streams sends changelog
 * records at once. Exactly once these are all records of the task: a transaction holds the work of the tasks that it
 * commits, and nothing of a task whose user code is still at work.
 */
export class CommitInterval {
  /** The next offsets of the changelogs, by topic. They are complete when what was released is flushed. */
  readonly offsets = new Map<string, number>();
  isEmpty = true;
  /** Called with the outcome of changelog records. */
  readonly changelogDelivery: Delivery;
  private readonly held: HeldRecords;

  constructor(producer: Producer, changelogRefused: (record: ProducerRecord, error: DriverError) => void) {
    this.held = producer.hold();
    this.changelogDelivery = {
      delivered: ({ topic }: TopicPartition, offset: number) => this.offsets.set(topic, offset + 1),
      failed: changelogRefused,
    };
  }

  get bytes(): number {
    return this.held.bytes;
  }

  send(record: ProducerRecord): void {
    this.isEmpty = false;
    this.held.send(record);
  }

  release(): void {
    this.held.release();
  }
}
