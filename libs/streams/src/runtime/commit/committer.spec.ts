import { BenchClock } from '../../operators/operator-bench.spec-support.js';
import { silentLogger } from '@ouzel/core';
import type { Admin } from '@ouzel/kafka';
import { Committer } from './committer.js';
import type { StreamTask } from '../task/stream-task.js';

function committer() {
  const committed: string[][] = [];
  const strategy = {
    start: () => Promise.resolve(),
    commit: async (tasks: readonly StreamTask[]) => {
      committed.push(tasks.map(({ name }) => name));
      return [];
    },
  };
  const options = { intervalMs: 1_000, uncommittedMaxBytes: 100, purgeIntervalMs: 1_000, taskTimeoutMs: 1_000 };
  const clock = new BenchClock();
  const made = new Committer(strategy, {} as Admin, clock, silentLogger, new Set(), () => {}, options);
  const look = async (...tasks: StreamTask[]) => {
    made.maybeCommit(tasks, (error) => {
      throw error;
    });
    await made.idle();
    return committed.splice(0);
  };
  return { clock, look };
}

function task(name: string, { commitNeeded = true, commitRequested = false, uncommittedBytes = 0 } = {}): StreamTask {
  return { name, commitNeeded, commitRequested, failure: undefined, uncommittedBytes } as unknown as StreamTask;
}

it('commits when its interval is over, and not before', async () => {
  const { clock, look } = committer();
  expect(await look(task('0_0'))).toEqual([]);
  clock.advance(1_000);
  expect(await look(task('0_0'), task('0_1'))).toEqual([['0_0', '0_1']]);
  expect(await look(task('0_0'))).toEqual([]);
});

it('leaves out tasks that did nothing since their last commit, and asks nothing of Kafka where there are no others', async () => {
  const { clock, look } = committer();
  const idle = task('0_0', { commitNeeded: false });
  clock.advance(1_000);
  expect(await look(idle, task('0_1'))).toEqual([['0_1']]);
  clock.advance(1_000);
  expect(await look(idle)).toEqual([]);
});

it('commits at once when a processor asks for it, or when much is uncommitted', async () => {
  const { look } = committer();
  expect(await look(task('0_0', { commitRequested: true }))).toEqual([['0_0']]);
  expect(await look(task('0_0', { uncommittedBytes: 101 }))).toEqual([['0_0']]);
});
