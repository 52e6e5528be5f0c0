import { type Clock, type Logger, asError } from '@ouzel/core';
import { DriverError, PartitionMap, type Admin, type PartitionOffset } from '@ouzel/kafka';
import type { CommitStrategy } from './commit-strategy.js';
import { TaskTimeout } from '../task/task-timeout.js';
import type { StreamTask } from '../task/stream-task.js';

export interface CommitterOptions {
  readonly intervalMs: number;
  readonly uncommittedMaxBytes: number;
  /** How often records that were read are deleted from repartition topics, ms. */
  readonly purgeIntervalMs: number;
  /** How long commits may go on failing because Kafka does not respond, ms. */
  readonly taskTimeoutMs: number;
}

/** Decides when to commit, runs one commit at a time, and deletes what was read of repartition topics. */
export class Committer {
  commits = 0;
  /** Commits that threw. */
  failures = 0;
  /** The offsets that were committed last, of all inputs that this instance ever had. */
  readonly committed = new PartitionMap<number>();
  private running: Promise<void> = Promise.resolve();
  private open = 0;
  private lastCommit: number;
  private lastPurge: number;
  private readonly timeout: TaskTimeout;
  private readonly purgeable = new Map<string, PartitionOffset>();

  constructor(
    private readonly strategy: CommitStrategy,
    private readonly admin: Admin,
    private readonly clock: Clock,
    private readonly logger: Logger,
    private readonly repartitionTopics: ReadonlySet<string>,
    /** Called with the time that each commit took, seconds. */
    private readonly took: (seconds: number) => void,
    private readonly options: CommitterOptions,
  ) {
    this.lastCommit = this.lastPurge = clock.monotonic();
    this.timeout = new TaskTimeout(options.taskTimeoutMs, clock);
  }

  /** When the next commit is due, on the monotonic clock. */
  get nextCommit(): number {
    return this.lastCommit + this.options.intervalMs;
  }

  /**
   * Starts a commit in the background if one is due. Tasks whose user code is at work prepare themselves for the next.
   */
  maybeCommit(tasks: readonly StreamTask[], failed: (error: Error) => void): void {
    if (this.open > 0 || !this.isDue(tasks)) return;
    const sound = tasks.filter((task) => task.failure === undefined);
    this.commit(sound).catch((thrown: unknown) => {
      const error = asError(thrown);
      const isPassing = error instanceof DriverError && error.kind === 'retriable';
      failed((isPassing ? this.timeout.failed(error, 'a commit') : undefined) ?? error);
    });
  }

  /** Called before the first commit. */
  start(): Promise<void> {
    return this.strategy.start();
  }

  /** Whether tasks must not go on before the commit that is under way has ended: too much waits for the next one. */
  isBehind(tasks: readonly StreamTask[]): boolean {
    return this.open > 0 && uncommittedBytes(tasks) > this.options.uncommittedMaxBytes;
  }

  /** Commits these tasks after the commit that is under way. */
  commit(tasks: readonly StreamTask[]): Promise<void> {
    this.open++;
    this.lastCommit = this.clock.monotonic();
    const commit = this.running.then(() => this.run(tasks)).finally(() => this.open--);
    this.running = commit.catch(() => {
      this.failures++;
    });
    return commit;
  }

  /** Resolves when no commit is under way. */
  idle(): Promise<void> {
    return this.running;
  }

  private isDue(tasks: readonly StreamTask[]): boolean {
    if (this.clock.monotonic() >= this.nextCommit) return true;
    if (tasks.some((task) => task.commitRequested)) return true;
    return uncommittedBytes(tasks) > this.options.uncommittedMaxBytes;
  }

  private async run(tasks: readonly StreamTask[]): Promise<void> {
    const changed = tasks.filter((task) => task.commitNeeded);
    if (changed.length === 0) return;
    const started = this.clock.monotonic();
    const committed = await this.strategy.commit(changed);
    this.timeout.progressed();
    if (committed.length === 0) return;
    this.commits++;
    this.took((this.clock.monotonic() - started) / 1_000);
    for (const offset of committed) {
      this.committed.set(offset, offset.offset);
      if (this.repartitionTopics.has(offset.topic)) this.purgeable.set(`${offset.topic}-${offset.partition}`, offset);
    }
    if (this.clock.monotonic() - this.lastPurge >= this.options.purgeIntervalMs) this.purge();
  }

  /**
   * Deletes the committed records of repartition topics, which nothing reads any more (KIP-811). A failure costs disk,
   * not records.
   */
  private purge(): void {
    this.lastPurge = this.clock.monotonic();
    const before = [...this.purgeable.values()].filter(({ offset }) => offset > 0);
    this.purgeable.clear();
    if (before.length === 0) return;
    this.admin.deleteRecords(before).catch((thrown: unknown) => {
      if (!(thrown instanceof DriverError && thrown.kind === 'closed'))
        this.logger.warn(`repartition topics could not be purged: ${asError(thrown).message}`);
    });
  }
}

function uncommittedBytes(tasks: readonly StreamTask[]): number {
  let bytes = 0;
  for (const task of tasks) bytes += task.uncommittedBytes;
  return bytes;
}
