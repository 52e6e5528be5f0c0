import { batchesIn, loadCodecsOf } from '../../records/index.js';
import {
  asDriverError,
  partitionName,
  type DriverError,
  type Fetched,
  type FetcherOptions,
  type TopicPartition,
} from '../../client/index.js';
import type { FetchedPartition } from '../../protocol/fetch.js';
import type { Backoff } from '../connection/retry.js';
import { UnreadBatches } from './unread-batches.js';

/** One assignment of one partition. A later assignment is another object, so that a response to this one is dropped. */
export class AssignedPartition implements TopicPartition {
  readonly topic: string;
  readonly partition: number;
  /** `asked`: part of a request that is under way. `resting`: waits for its leader. `ended`: failed for good. */
  state: 'free' | 'asked' | 'resting' | 'ended' = 'free';
  paused = false;
  /** End of the partition according to the last response; undefined before the first. */
  end: number | undefined;
  /** Id of the topic, as far as it was known when the partition was fetched last. */
  topicId: string | undefined;
  private readonly unread: UnreadBatches;
  private failure: DriverError | undefined;

  constructor(
    { topic, partition }: TopicPartition,
    private readonly options: FetcherOptions,
    /** Next offset to fetch. */
    private offset: number,
    readonly backoff: Backoff,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.unread = new UnreadBatches(this, options.isolation === 'read_committed', offset);
  }

  get fetchOffset(): number {
    return this.offset;
  }

  get unreadBytes(): number {
    return this.unread.bytes;
  }

  get hasNews(): boolean {
    return !this.paused && (!this.unread.isEmpty || this.failure !== undefined);
  }

  /** Takes a response. Waits only when the package of a compression has to be loaded. */
  async add(response: FetchedPartition): Promise<void> {
    const batches = [...batchesIn(response.batches)];
    const loading = loadCodecsOf(batches);
    if (loading !== undefined) await loading;
    this.end = this.options.isolation === 'read_committed' ? response.lastStableOffset : response.highWatermark;
    this.backoff.reset();
    const last = batches.at(-1);
    if (last === undefined) return;
    this.unread.add(batches, response.aborted);
    this.offset = last.lastOffset + 1;
  }

  /** Ends the partition. `take` returns the failure once, after the buffered records. */
  fail(failure: DriverError): void {
    this.state = 'ended';
    this.failure = failure;
  }

  take(max: number): Fetched {
    const { topic, partition, unread } = this;
    try {
      const records = unread.take(max);
      const error = unread.isEmpty ? this.failure : undefined;
      if (error !== undefined) this.failure = undefined;
      return { topic, partition, records, nextOffset: unread.position, error };
    } catch (thrown) {
      this.state = 'ended';
      unread.clear();
      const error = asDriverError(thrown, partitionName(this));
      return { topic, partition, records: [], nextOffset: unread.position, error };
    }
  }
}
