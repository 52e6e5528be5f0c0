import { partitionOf, type Clock, type Headers } from '@ouzel/core';
import { readRecords, recordPlace, type ConsumerRecord, type KafkaDriver, type OffsetRange, type Producer } from '@ouzel/kafka';
import { deadLetterOf, originalHeaders, type DeadLetter, type LetterPlace, type RecordPlace } from './dead-letter.js';
import { replayHeader } from './replay-header.js';

/** A dead letter that was written to a topic again. */
export interface ReplayedLetter extends LetterPlace {
  /** Where it was written. The offset is undefined in a dry run. */
  readonly to: { readonly topic: string; readonly partition: number; readonly offset: number | undefined };
}

/** A dead letter that was chosen and not written. */
export interface UnreplayedLetter extends LetterPlace {
  readonly reason: string;
}

export interface ReplayReport {
  readonly dryRun: boolean;
  /** In the order in which they were written. */
  readonly replayed: readonly ReplayedLetter[];
  /** Dead letters that can not be replayed: of punctuations, and of topics that do not exist. */
  readonly skipped: readonly UnreplayedLetter[];
  /** Dead letters that Kafka refused to write. */
  readonly failed: readonly UnreplayedLetter[];
}

/** How to replay: which dead letters, and where to. */
export interface ReplayPlan {
  readonly ranges: readonly OffsetRange[];
  readonly isChosen: (letter: DeadLetter) => boolean;
  /** Undefined: the topic of the record that failed. */
  readonly to: string | undefined;
  readonly limit: number;
  readonly dryRun: boolean;
}

/** Most bytes that wait for Kafka. */
const maxBuffered = 16_777_216;

const producing = { lingerMs: 5, batchSize: 262_144, maxRequestSize: 16_777_216, compression: 'none', deliveryTimeoutMs: 60_000 } as const;

/**
 * Writes dead letters to topics again, the oldest of each partition first: key, value, time and headers of the record
 * that failed, and a header that names the dead letter. A record goes back to the partition that it came from; in
 * another topic its key decides.
 */
export class Replay {
  private readonly replayed: ReplayedLetter[] = [];
  private readonly skipped: UnreplayedLetter[] = [];
  private readonly failed: UnreplayedLetter[] = [];
  private readonly partitions = new Map<string, Promise<number>>();

  constructor(
    private readonly driver: KafkaDriver,
    private readonly clock: Clock,
  ) {}

  async run({ ranges, isChosen, to, limit, dryRun }: ReplayPlan): Promise<ReplayReport> {
    const producer = dryRun ? undefined : this.driver.createProducer(producing);
    let chosen = 0;
    for await (const record of readRecords(this.driver, ranges, this.clock)) {
      const letter = deadLetterOf(record);
      if (!isChosen(letter)) continue;
      if (++chosen > limit) break;
      const target = await this.targetOf(record, letter, to);
      if (typeof target === 'string') this.skipped.push({ partition: letter.partition, offset: letter.offset, reason: target });
      else if (producer === undefined) this.replayed.push(writtenTo(letter, target, undefined));
      else await this.write(producer, record, letter, target);
    }
    await producer?.flush();
    await producer?.close(0);
    return { dryRun, replayed: this.replayed, skipped: this.skipped, failed: this.failed };
  }

  /** Returns the partition that the record goes to, or the reason why there is none. */
  private async targetOf({ key }: ConsumerRecord, { origin, offset }: DeadLetter, to: string | undefined): Promise<Target | string> {
    const topic = to ?? origin?.topic;
    if (topic === undefined) return 'it does not say which record failed, as in a punctuation: choose a topic';
    const count = await this.partitionsIn(topic);
    if (count === 0) return `there is no topic ${topic}`;
    if (origin?.topic === topic && origin.partition < count) return { topic, partition: origin.partition };
    return { topic, partition: key === null ? offset % count : partitionOf(key, count) };
  }

  private partitionsIn(topic: string): Promise<number> {
    const found = this.partitions.get(topic) ?? this.driver.admin.topics([topic]).then((topics) => topics.get(topic)?.partitions ?? 0);
    this.partitions.set(topic, found);
    return found;
  }

  private async write(producer: Producer, record: ConsumerRecord, letter: DeadLetter, target: Target): Promise<void> {
    const { partition, offset } = letter;
    producer.send({
      ...target,
      key: record.key,
      value: record.value,
      timestamp: record.timestamp,
      headers: replayHeaders(record),
      delivery: {
        delivered: (_place, at) => void this.replayed.push(writtenTo(letter, target, at)),
        failed: (_record, error) => void this.failed.push({ partition, offset, reason: error.message }),
      },
    });
    if (producer.bufferedBytes > maxBuffered) await producer.flush();
  }
}

type Target = Omit<RecordPlace, 'offset'>;

function replayHeaders(record: ConsumerRecord): Headers {
  return originalHeaders(record.headers).with(replayHeader, recordPlace(record));
}

function writtenTo({ partition, offset }: LetterPlace, target: Target, at: number | undefined): ReplayedLetter {
  return { partition, offset, to: { ...target, offset: at } };
}
