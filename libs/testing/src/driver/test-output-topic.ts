import { OuzelError, StreamRecord, type Headers, type Serde } from '@ouzel/streams';
import type { ProducedRecord } from './captured-producer.js';
import { timelineText } from './timeline.js';

/** A record read back from a topic, with the place that was chosen for it. */
export class OutputRecord<K, V> extends StreamRecord<K, V> {
  constructor(
    key: K,
    value: V,
    timestamp: number,
    headers: Headers,
    readonly partition: number,
  ) {
    super(key, value, timestamp, headers);
  }
}

/** The part of the driver that a topic uses. */
export interface OutputSource {
  producedRecords(): readonly ProducedRecord[];
  /** The time of records whose timestamp the producer sets, epoch ms. */
  wallClock(): number;
}

/**
 * Reads the records that the topology wrote to one topic, in order, each once (TestOutputTopic). Null keys and values
 * are null. Throws when there is nothing left to read.
 */
export class TestOutputTopic<K, V> {
  private at = 0;

  /** @internal */
  constructor(
    readonly topic: string,
    private readonly key: Serde<K>,
    private readonly value: Serde<V>,
    private readonly source: OutputSource,
  ) {}

  /** How many records are left to read. */
  get size(): number {
    let size = 0;
    for (const { topic } of this.source.producedRecords().slice(this.at)) if (topic === this.topic) size++;
    return size;
  }

  get isEmpty(): boolean {
    return this.size === 0;
  }

  /** Reads the next record. Throws OUZEL_CONFIG when there is none. */
  readRecord(): OutputRecord<K, V> {
    const records = this.source.producedRecords();
    while (this.at < records.length) {
      const record = records[this.at++]!;
      if (record.topic === this.topic) return this.decode(record);
    }
    throw new OuzelError('OUZEL_CONFIG', {
      what: 'there is no record left to read',
      where: `output topic "${this.topic}"`,
      help: 'See `isEmpty` and `size`.',
    });
  }

  readValue(): V {
    return this.readRecord().value;
  }

  readKeyValue(): [key: K, value: V] {
    const { key, value } = this.readRecord();
    return [key, value];
  }

  /** Reads all records that are left. */
  readRecords(): OutputRecord<K, V>[] {
    const records: OutputRecord<K, V>[] = [];
    while (!this.isEmpty) records.push(this.readRecord());
    return records;
  }

  readValues(): V[] {
    return this.readRecords().map(({ value }) => value);
  }

  readKeyValues(): [key: K, value: V][] {
    return this.readRecords().map(({ key, value }) => [key, value]);
  }

  /** Reads all records that are left, as a timeline: `a@0=1 a@5=2`; windowed keys as `a@[0,1m)=2`. */
  readTimeline(): string {
    return timelineText(this.readRecords());
  }

  /**
   * Reads all records that are left, and returns the last value of each key. A null value stays null. Throws
   * OUZEL_CONFIG on a null key.
   */
  readMap(): Map<K, V> {
    const table = new Map<K, V>();
    for (const { key, value } of this.readRecords()) {
      if (key === null)
        throw new OuzelError('OUZEL_CONFIG', {
          what: 'a record without a key is no row of a table',
          where: `output topic "${this.topic}"`,
        });
      table.set(key, value);
    }
    return table;
  }

  private decode({ key, value, timestamp, headers, partition }: ProducedRecord): OutputRecord<K, V> {
    return new OutputRecord(
      key === null ? (null as K) : this.key.deserialize(key, this.topic, headers),
      value === null ? (null as V) : this.value.deserialize(value, this.topic, headers),
      timestamp ?? this.source.wallClock(),
      headers,
      partition,
    );
  }
}
