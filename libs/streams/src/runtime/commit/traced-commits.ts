import type { OffsetCommit } from '@ouzel/kafka';
import type { Tracing } from '../../processor/tracing.js';
import type { StreamTask } from '../task/stream-task.js';
import type { CommitStrategy } from './commit-strategy.js';

/** Lets a tracer see each commit. */
export class TracedCommits implements CommitStrategy {
  constructor(
    private readonly strategy: CommitStrategy,
    private readonly tracing: Tracing,
  ) {}

  start(): Promise<void> {
    return this.strategy.start();
  }

  commit(tasks: readonly StreamTask[]): Promise<readonly OffsetCommit[]> {
    return this.tracing.commit(tasks.length, () => this.strategy.commit(tasks));
  }
}
