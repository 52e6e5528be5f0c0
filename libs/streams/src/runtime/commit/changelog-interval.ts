import type { Delivery, DriverError, HeldRecords, Producer, ProducerRecord, TopicPartition } from '@ouzel/kafka';
import type { Headers } from '@ouzel/core';

/**
 * What a task logged to its changelogs in one commit interval: held until all that it wrote elsewhere in that interval is acknowledged. So what a store is restored from is
 * never ahead of what was sent on, and a record that is read again finds what it found the first time, or what it left. Kafka Streams logs at once.
 */
export class ChangelogInterval implements Delivery {
  /** Next offsets of the changelogs by topic; complete once what was released is flushed. */
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
