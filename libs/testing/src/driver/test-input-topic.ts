import { Headers, StreamRecord, type Duration, type Serde } from '@ouzel/streams';
import { durationMs } from '@ouzel/streams/testing';
import { parseTimeline } from './timeline.js';

/** A record as it is piped in: bytes. */
export interface PipedRecord {
  readonly topic: string;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly timestamp: number;
  readonly headers: Headers;
}

/** The part of the driver that a topic uses. */
export interface InputSink {
  /** Resolves when everything that follows from the record has happened. */
  pipeRecord(record: PipedRecord): Promise<void>;
  advanceWallClock(by: Duration): Promise<void>;
  wallClock(): number;
}

export interface InputTopicOptions {
  /**
   * Time of the first record that is piped without one, epoch ms. Default: each such record gets the wall clock of the
   * driver.
   */
  readonly startTimestamp?: number;
  /** How much later each further record is that is piped without a time. Default 0. */
  readonly autoAdvance?: Duration;
}

/**
 * Pipes records into one topic (TestInputTopic). Every call resolves when its records, and those that the topology
 * wrote to topics it reads itself, are processed and committed. It rejects with the error that stopped the topology.
 */
export class TestInputTopic<K, V> {
  private time: number | undefined;
  private readonly advance: number;

  /** @internal */
  constructor(
    readonly topic: string,
    private readonly key: Serde<K>,
    private readonly value: Serde<V>,
    options: InputTopicOptions,
    private readonly sink: InputSink,
  ) {
    this.time = options.startTimestamp ?? (options.autoAdvance === undefined ? undefined : sink.wallClock());
    this.advance = durationMs(options.autoAdvance ?? 0, `autoAdvance of input topic "${topic}"`);
  }

  /** Pipes a record, or a value without a key at the topic's own time. */
  pipe(record: StreamRecord<K | null, V | null>): Promise<void>;
  pipe(value: V | null, timestamp?: number): Promise<void>;
  pipe(what: StreamRecord<K | null, V | null> | V | null, timestamp?: number): Promise<void> {
    if (what instanceof StreamRecord) {
      const { key, value, timestamp: at, headers } = what;
      return this.send(key, value, at, headers);
    }
    return this.send(null, what, timestamp ?? this.next(), Headers.empty);
  }

  /** Pipes a record. Without a timestamp it gets the topic's own time. */
  pipeKeyValue(key: K | null, value: V | null, timestamp?: number): Promise<void> {
    return this.send(key, value, timestamp ?? this.next(), Headers.empty);
  }

  /** Pipes one record after the other. */
  async pipeRecords(records: Iterable<StreamRecord<K | null, V | null>>): Promise<void> {
    for (const record of records) await this.pipe(record);
  }

  /** Pipes one record after the other. `options` replace the topic's own time, from the first record on. */
  async pipeValues(values: Iterable<V | null>, options?: ListTimes): Promise<void> {
    const at = this.times(options);
    for (const value of values) await this.send(null, value, at(), Headers.empty);
  }

  async pipeKeyValues(entries: Iterable<readonly [key: K | null, value: V | null]>, options?: ListTimes): Promise<void> {
    const at = this.times(options);
    for (const [key, value] of entries) await this.send(key, value, at(), Headers.empty);
  }

  /**
   * Pipes the records of a timeline: `a@0=1 b@30s=7 | time 60 | a@5=2`, where `time` moves the wall clock of the
   * driver. Keys and values are texts, unless `reading` says how to read them; `-` is null.
   */
  async play(timeline: string, reading: Reading<K, V> = {}): Promise<void> {
    const { key = (text) => text as K, value = (text) => text as V } = reading;
    for (const step of parseTimeline(timeline)) {
      if ('advanceMs' in step) await this.sink.advanceWallClock(step.advanceMs);
      else
        await this.pipeKeyValue(step.key === null ? null : key(step.key), step.value === null ? null : value(step.value), step.timestamp);
    }
  }

  /** Advances the topic's own time. */
  advanceTime(by: Duration): void {
    this.time = (this.time ?? this.sink.wallClock()) + durationMs(by, 'advanceTime');
  }

  private times(options: ListTimes | undefined): () => number {
    if (options === undefined) return () => this.next();
    const step = durationMs(options.advance ?? 0, 'advance');
    let time = options.start - step;
    return () => (time += step);
  }

  private next(): number {
    const time = this.time ?? this.sink.wallClock();
    if (this.time !== undefined) this.time += this.advance;
    return time;
  }

  private send(key: K | null, value: V | null, timestamp: number, headers: Headers): Promise<void> {
    const { topic } = this;
    return this.sink.pipeRecord({
      topic,
      key: key === null ? null : this.key.serialize(key, topic, headers),
      value: value === null ? null : this.value.serialize(value, topic, headers),
      timestamp,
      headers,
    });
  }
}

/** Times of the records of a list. */
export interface ListTimes {
  /** Time of the first record, epoch ms. */
  readonly start: number;
  /** How much later each further record is. Default 0. */
  readonly advance?: Duration;
}

/** Readers for the text of a timeline. */
export interface Reading<K, V> {
  readonly key?: (text: string) => K;
  readonly value?: (text: string) => V;
}
