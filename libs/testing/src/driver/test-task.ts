import {
  AtLeastOnce,
  OpenTask,
  type ConsumerRecord,
  type OffsetCommit,
  type StateStore,
  type StreamTask,
  type SubTopology,
  type TaskEnvironment,
} from '@ouzel/streams/testing';
import type { PipedRecord } from './test-input-topic.js';

/** Where the first record of each input is expected. */
const beginning = { offset: 0, metadata: { partitionTime: -1, times: new Map<string, number>() } };

/** A task of the engine that commits after each record (TopologyTestDriver). */
export class TestTask {
  private readonly nextOffsets = new Map<string, number>();
  private committedOffsets: readonly OffsetCommit[] = [];
  private readonly strategy: AtLeastOnce;

  private constructor(
    private readonly opened: OpenTask,
    private readonly task: StreamTask,
    private readonly environment: TaskEnvironment,
  ) {
    const member = {
      confirm: () => Promise.resolve(),
      commit: async (offsets: readonly OffsetCommit[]): Promise<void> => {
        this.committedOffsets = offsets;
      },
    };
    this.strategy = new AtLeastOnce(environment.producer, member);
  }

  static async start(plan: SubTopology, environment: TaskEnvironment): Promise<TestTask> {
    const opened = await OpenTask.open(plan, 0, null, environment);
    try {
      const topics = [...new Set(plan.sourceTopics)];
      return new TestTask(opened, await opened.start(topics.map((topic) => ({ topic, ...beginning }))), environment);
    } catch (thrown) {
      await opened.close();
      throw thrown;
    }
  }

  get stores(): ReadonlyMap<string, StateStore> {
    return this.task.state.stores;
  }

  get dropped(): ReadonlyMap<string, number> {
    return this.task.dropped;
  }

  /** The committed offsets of the inputs that have got records. */
  get committed(): readonly OffsetCommit[] {
    return this.committedOffsets.filter(({ topic }) => this.nextOffsets.has(topic));
  }

  /** Buffers a record of an input. Throws when the record can not be decoded. */
  add(input: string, { topic, key, value, timestamp, headers }: PipedRecord): void {
    const queue = this.task.queues.find((found) => found.topic === input)!;
    const offset = this.nextOffsets.get(input) ?? 0;
    this.nextOffsets.set(input, offset + 1);
    const record: ConsumerRecord = { topic, partition: 0, offset, timestamp, key, value, headers };
    this.task.add(queue, [record], offset + 1);
    this.task.check();
  }

  /** Processes the next record and commits. Returns false when there is none. */
  async step(): Promise<boolean> {
    if (!this.task.step(this.environment.clock.now())) return false;
    await this.settle();
    return true;
  }

  /** Calls the punctuators that are due by the wall clock, and commits. */
  async punctuate(): Promise<void> {
    this.task.punctuate(this.environment.clock.now());
    await this.settle();
  }

  close(): Promise<void> {
    return this.opened.close();
  }

  private async settle(): Promise<void> {
    do {
      await this.task.idle();
      this.task.check();
    } while (this.task.runDeferred());
    await this.task.prepared();
    this.task.check();
    await this.strategy.commit([this.task]);
  }
}
