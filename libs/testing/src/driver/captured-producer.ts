import type { EncodedRecord, Headers, RecordMetadata } from '@ouzel/streams';
import { HeldCopies, PartitionMap, type HeldRecords, type Producer, type ProducerRecord } from '@ouzel/streams/testing';

/** A record that the topology wrote, on any topic: outputs, repartition topics, changelogs. */
export interface ProducedRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /**
   * Epoch ms. Null where the producer sets it: in changelogs of `suppress`, and of the buffer of a stream-table join
   * with grace.
   */
  readonly timestamp: number | null;
  readonly headers: Headers;
  readonly offset: number;
}

/** A producer without a cluster. It keeps all records in order, and acknowledges each at once. */
export class CapturedProducer implements Producer {
  readonly bufferedBytes = 0;
  readonly records: ProducedRecord[] = [];
  private readonly ends = new PartitionMap<number>();

  send(record: ProducerRecord): void {
    const { topic, partition, key, value, timestamp, headers } = record;
    const end = this.ends.get(record) ?? 0;
    this.ends.set(record, end + 1);
    this.records.push({ topic, partition, key: copied(key), value: copied(value), timestamp: timestamp ?? null, headers, offset: end });
    record.delivery?.delivered(record, end);
  }

  /** Keeps a record of a writer beside the topology. Returns its place. */
  put(record: EncodedRecord): RecordMetadata {
    this.send({ ...record, partition: 0 });
    const { topic, partition, offset } = this.records.at(-1)!;
    return { topic, partition, offset };
  }

  hold(): HeldRecords {
    return new HeldCopies((record) => this.send(record));
  }

  discard(): void {}
  async flush(): Promise<void> {}
  async close(): Promise<void> {}
}

/** The sender may use its memory again. */
function copied(bytes: Buffer | null): Buffer | null {
  return bytes === null ? null : Buffer.from(bytes);
}
