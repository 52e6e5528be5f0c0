import type { Delivery, DriverError, HeldRecords, Producer, ProducerRecord, TopicPartition } from '@ouzel/kafka';
import type { Headers } from '@ouzel/core';

/**
 * The changelog records of a task in one commit interval. They are held until all other outputs of the interval are
 * acknowledged, so that a changelog is never ahead of the outputs: a record that is read again after a crash finds the
 * state that it found the first time, or the state that it left. Kafka Streams sends changelog records at once.
 */
export class ChangelogInterval implements Delivery {
  /** The next offsets of the changelogs, by topic. They are complete when what was released is flushed. */
  readonly offsets = new Map<string, number>();
  isEmpty = true;
  private readonly held: HeldRecords;

  constructor(
    private readonly partition: number,
    producer: Producer,
    private readonly refused: (record: ProducerRecord, error: DriverError) => void,
  ) {
    this.held = producer.hold();
  }

  get bytes(): number {
    return this.held.bytes;
  }

  add(topic: string, key: Buffer, value: Buffer | null, timestamp: number | null, headers: Headers): void {
    this.isEmpty = false;
    this.held.send({ topic, partition: this.partition, key, value, timestamp: timestamp ?? undefined, headers, delivery: this });
  }

  release(): void {
    this.held.release();
  }

  delivered({ topic }: TopicPartition, offset: number): void {
    this.offsets.set(topic, offset + 1);
  }

  failed(record: ProducerRecord, error: DriverError): void {
    this.refused(record, error);
  }
}
