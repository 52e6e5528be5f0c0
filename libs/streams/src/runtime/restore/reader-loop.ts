import { asError, Signal, type Clock } from '@ouzel/core';
import { PartitionMap, type Fetched, type Fetcher, type TopicPartition } from '@ouzel/kafka';

/**
 * Records per turn, over all partitions. Running tasks wait for the turn to end: ten times as many made the records of
 * a task that ran beside a restore take five times as long, and restored no faster.
 */
const takeRecords = 2_000;

/** Takes over what a ReaderLoop reads of one partition. */
export interface PartitionReader {
  /**
   * 'first': someone waits for the end of it. 'last': it is read only while nothing that comes first is read. Default:
   * neither.
   */
  readonly urgency?: 'first' | 'last';
  /** Takes over a batch, which may also tell an error of the partition. The next batch comes when this has resolved. */
  apply(batch: Fetched): Promise<void>;
  /** Called when `apply` has rejected. The partition is read no further. */
  failed(error: Error): void;
}

/** One call of `read`. A later one of the same partition is another, also with the same reader. */
interface Reading {
  readonly reader: PartitionReader;
}

/**
 * Reads partitions in the background without a group: changelogs that are restored, and the topics of global stores.
 * Each reader gets one batch after the other. The readers of a turn write at the same time, and what the next turn takes
 * is decoded meanwhile.
 */
export class ReaderLoop {
  private readonly readings = new PartitionMap<Reading>();
  private readonly begun: Signal;
  private running: Promise<void> | undefined;
  private closed = false;
  /** How many partitions are read that come first. */
  private urgent = 0;

  constructor(
    private readonly fetcher: Fetcher,
    private readonly clock: Clock,
  ) {
    this.begun = new Signal(clock);
  }

  /** Reads a partition from an offset on, until `stop` is called for it. */
  read(place: TopicPartition, offset: number, reader: PartitionReader): void {
    this.forget(place);
    this.readings.set(place, { reader });
    this.fetcher.assign(place, offset);
    if (reader.urgency === 'first' && this.urgent++ === 0) this.holdLast((last) => this.fetcher.pause(last));
    if (reader.urgency === 'last' && this.urgent > 0) this.fetcher.pause(place);
    this.running ??= this.run();
    this.begun.wake();
  }

  stop(place: TopicPartition): void {
    if (this.forget(place)) this.fetcher.unassign(place);
  }

  /** Returns the end of a partition that is read, as of the last response; undefined before the first. */
  endOffset(place: TopicPartition): number | undefined {
    return this.fetcher.endOffset(place);
  }

  /** Resolves when the batch that is under way is taken over. */
  async close(): Promise<void> {
    this.closed = true;
    this.begun.wake();
    this.fetcher.wake();
    await this.running;
    await this.fetcher.close();
  }

  private forget(place: TopicPartition): boolean {
    const reading = this.readings.get(place);
    const isRead = this.readings.delete(place);
    if (reading?.reader.urgency === 'first' && --this.urgent === 0) this.holdLast((last) => this.fetcher.resume(last));
    return isRead;
  }

  private holdLast(change: (place: TopicPartition) => void): void {
    for (const [place, { reader }] of this.readings.entries()) if (reader.urgency === 'last') change(place);
  }

  private async run(): Promise<void> {
    let handed: Promise<unknown> = Promise.resolve();
    while (!this.closed) {
      if (this.readings.size === 0) {
        await handed;
        await this.begun.wait();
        continue;
      }
      const fetched = this.fetcher.take(takeRecords);
      const taken = fetched.map((batch) => ({ batch, reading: this.readings.get(batch) }));
      await handed;
      handed = Promise.all(taken.map(({ batch, reading }) => this.hand(batch, reading)));
      if (fetched.length === 0) await this.fetcher.wait(100);
      else await this.clock.turn();
    }
    await handed;
  }

  /** Leaves out what was taken for a reading that has ended meanwhile: the next one begins at an offset of its own. */
  private async hand(batch: Fetched, reading: Reading | undefined): Promise<void> {
    if (reading === undefined || this.readings.get(batch) !== reading || this.closed) return;
    const { reader } = reading;
    try {
      await reader.apply(batch);
    } catch (thrown) {
      if (this.readings.get(batch) === reading) this.stop(batch);
      reader.failed(asError(thrown));
    }
  }
}
