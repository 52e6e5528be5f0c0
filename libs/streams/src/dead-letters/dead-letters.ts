import { OuzelError, type Clock } from '@ouzel/core';
import { readRecords, type KafkaDriver, type OffsetRange } from '@ouzel/kafka';
import { deadLetterDetails, deadLetterOf, type DeadLetter, type DeadLetterDetails, type LetterPlace } from './dead-letter.js';
import { chosenBy, type DeadLetterFilter } from './dead-letter-filter.js';
import { Replay, type ReplayReport } from './replay.js';

export interface ListDeadLetters extends DeadLetterFilter {
  /**
   * The most dead letters to return.
   *
   * @defaultValue 100
   */
  readonly limit?: number;
}

export interface ReplayDeadLetters extends DeadLetterFilter {
  /**
   * The topic to write to.
   *
   * @defaultValue the topic of the record that failed
   */
  readonly to?: string;
  /**
   * The most dead letters to write.
   *
   * @defaultValue all that are chosen
   */
  readonly limit?: number;
  /**
   * Only returns what would be done.
   *
   * @defaultValue false
   */
  readonly dryRun?: boolean;
}

/** Reads a dead-letter topic, and writes its records to their topics again. `openDeadLetters` makes one. */
export class DeadLetters {
  /** The driver is closed with this object. */
  constructor(
    readonly topic: string,
    private readonly driver: KafkaDriver,
    private readonly clock: Clock,
  ) {}

  /**
   * Returns dead letters without their payloads, the newest first: in the order of their offsets in a partition, by
   * their times over partitions.
   */
  async list({ limit = 100, ...filter }: ListDeadLetters = {}): Promise<readonly DeadLetter[]> {
    const isChosen = chosenBy(filter);
    const partitions = await this.ranges();
    const found = await Promise.all(partitions.map((range) => this.newest(range, limit, isChosen)));
    return merged(found, limit);
  }

  /**
   * Returns one dead letter, with its key and value only where `payload` is true; undefined where there is no record at
   * this place.
   */
  async show(partition: number, offset: number, { payload = false } = {}): Promise<DeadLetterDetails | undefined> {
    const range = (await this.ranges()).find((each) => each.partition === partition);
    if (range === undefined || offset < range.from || offset >= range.to) return undefined;
    for await (const record of this.read([{ ...range, from: offset, to: offset + 1 }]))
      if (record.offset === offset) return deadLetterDetails(record, { payload });
    return undefined;
  }

  /**
   * Writes dead letters to the topics that their records came from, or to another one: with key, value, time and headers
   * of the record that failed, and with the header `__ouzel.replay.of`, which names the dead letter. Takes those that
   * are there when it begins, the oldest of each partition first. The dead letters stay where they are.
   */
  async replay({ to, limit = Infinity, dryRun = false, ...filter }: ReplayDeadLetters = {}): Promise<ReplayReport> {
    const isChosen = chosenBy(filter);
    if (to === this.topic)
      throw new OuzelError('OUZEL_CONFIG', { what: 'dead letters can not be replayed to their own topic', where: this.topic });
    const ranges = narrowed(await this.ranges(), filter.letters);
    return new Replay(this.driver, this.clock).run({ ranges, isChosen, to, limit, dryRun });
  }

  /** Closes the connections. May be called twice. */
  close(): Promise<void> {
    return this.driver.close();
  }

  /** Returns the whole of each partition as it is now. */
  private async ranges(): Promise<readonly OffsetRange[]> {
    const { topic } = this;
    const { admin } = this.driver;
    const partitions = (await admin.topics([topic])).get(topic)?.partitions;
    if (partitions === undefined)
      throw new OuzelError('OUZEL_TOPIC_MISSING', { what: `there is no topic ${topic}`, where: 'dead letters' });
    const places = Array.from({ length: partitions }, (_, partition) => ({ topic, partition }));
    const [first, end] = await Promise.all([
      admin.listOffsets(places, 'earliest', 'read_committed'),
      admin.listOffsets(places, 'latest', 'read_committed'),
    ]);
    const ends = new Map(end.map(({ partition, offset }) => [partition, offset]));
    return first.map(({ partition, offset }) => ({ topic, partition, from: offset, to: ends.get(partition) ?? offset }));
  }

  /** Reads a partition backwards, in parts that grow, until there are enough. Returns the newest first. */
  private async newest(
    { from, to, ...place }: OffsetRange,
    limit: number,
    isChosen: (letter: DeadLetter) => boolean,
  ): Promise<DeadLetter[]> {
    const found: DeadLetter[] = [];
    for (let [end, size] = [to, Math.min(Math.max(limit, 100), 10_000)]; end > from && found.length < limit; end -= size, size *= 2) {
      const part: DeadLetter[] = [];
      for await (const record of this.read([{ ...place, from: Math.max(from, end - size), to: end }])) {
        const letter = deadLetterOf(record);
        if (isChosen(letter)) part.push(letter);
      }
      found.push(...part.reverse());
    }
    return found.slice(0, limit);
  }

  private read(ranges: readonly OffsetRange[]) {
    return readRecords(this.driver, ranges, this.clock);
  }
}

/** Merges lists that have the newest first. */
function merged(lists: readonly DeadLetter[][], limit: number): DeadLetter[] {
  const left = lists.filter((list) => list.length > 0).map((list) => [...list].reverse());
  const all: DeadLetter[] = [];
  while (left.length > 0 && all.length < limit) {
    const newest = left.reduce((best, list) => (list.at(-1)!.timestamp > best.at(-1)!.timestamp ? list : best));
    all.push(newest.pop()!);
    if (newest.length === 0) left.splice(left.indexOf(newest), 1);
  }
  return all;
}

/** Returns the parts of the ranges that hold these places. */
function narrowed(ranges: readonly OffsetRange[], letters: readonly LetterPlace[] | undefined): readonly OffsetRange[] {
  if (letters === undefined) return ranges;
  return ranges.flatMap((range) => {
    const offsets = letters.filter(({ partition }) => partition === range.partition).map(({ offset }) => offset);
    if (offsets.length === 0) return [];
    return [{ ...range, from: Math.max(range.from, Math.min(...offsets)), to: Math.min(range.to, Math.max(...offsets) + 1) }];
  });
}
