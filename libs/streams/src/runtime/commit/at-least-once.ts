import type { GroupMember, OffsetCommit, Producer } from '@ouzel/kafka';
import type { StreamTask } from '../task/stream-task.js';
import type { CommitStrategy } from './commit-strategy.js';
import type { TaskCommit } from '../task/task-commit.js';

/**
 * Commits at least once: outputs first, then changelogs, then local state, then offsets. A crash in between repeats
 * input, and never loses it. State may be ahead of the committed offsets by one commit; local state is never ahead of
 * its changelog, and neither is ahead of the outputs. Nothing is released or made durable before the membership is
 * confirmed: after a pause another instance may have taken over, and what this one still holds must not be written
 * behind the work of that one.
 */
export class AtLeastOnce implements CommitStrategy {
  constructor(
    private readonly producer: Producer,
    private readonly member: Pick<GroupMember, 'commit' | 'confirm'>,
  ) {}

  start(): Promise<void> {
    return Promise.resolve();
  }

  async commit(tasks: readonly StreamTask[]): Promise<readonly OffsetCommit[]> {
    // A task that can not be prepared now is left for the next commit: user code that does not return holds up no other
    // task.
    const commits = tasks.flatMap((task) => task.prepareCommit() ?? []);
    if (commits.length === 0) return [];
    await this.producer.flush();
    if (commits.some(({ holdsRecords }) => holdsRecords)) {
      await this.member.confirm();
      for (const commit of commits) commit.checkOutputs();
      for (const commit of commits) commit.release();
      await this.producer.flush();
    }
    await this.member.confirm();
    for (const commit of commits) commit.checkOutputs();
    const durable: TaskCommit[] = [];
    for (const commit of commits) if (await commit.persist()) durable.push(commit);
    const offsets = durable.flatMap((commit) => commit.offsets);
    if (offsets.length > 0) await this.member.commit(offsets);
    for (const commit of durable) commit.done();
    return offsets;
  }
}
