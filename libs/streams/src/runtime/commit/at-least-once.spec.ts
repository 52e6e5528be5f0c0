import type { GroupMember, Producer } from '@ouzel/kafka';
import type { StreamTask } from '../task/stream-task.js';
import { AtLeastOnce } from './at-least-once.js';

/** Takes down what happens, in order. */
function committing({ logged = true, checkOutputs = (): void => {} } = {}) {
  const steps: string[] = [];
  const producer = {
    flush: () => {
      steps.push('flush');
      return Promise.resolve();
    },
  } as unknown as Producer;
  const member = {
    confirm: () => {
      steps.push('confirm');
      return Promise.resolve();
    },
    commit: (offsets: readonly { topic: string }[]) => {
      steps.push(`offsets of ${offsets.map(({ topic }) => topic).join()}`);
      return Promise.resolve();
    },
  } as unknown as GroupMember;
  const task = (name: string) => {
    const commit = {
      offsets: [{ topic: name }],
      holdsRecords: logged,
      checkOutputs,
      release: () => {
        steps.push(`changelog of ${name}`);
      },
      persist: () => {
        steps.push(`state of ${name}`);
        return Promise.resolve(true);
      },
      done: () => steps.push(`${name} committed`),
    };
    const made = { prepareCommit: () => commit } as unknown as StreamTask;
    return made;
  };
  const commit = () => new AtLeastOnce(producer, member).commit([task('a'), task('b')]);
  return { steps, commit };
}

it('changelogs follow when all else is acknowledged, then state, then offsets: nothing is ahead of what was sent on', async () => {
  const { steps, commit } = committing();
  await commit();
  expect(steps).toEqual([
    'flush',
    'confirm',
    'changelog of a',
    'changelog of b',
    'flush',
    'confirm',
    'state of a',
    'state of b',
    'offsets of a,b',
    'a committed',
    'b committed',
  ]);
});

it('nothing is waited for twice where nothing was logged', async () => {
  const { steps, commit } = committing({ logged: false });
  await commit();
  expect(steps).toEqual(['flush', 'confirm', 'state of a', 'state of b', 'offsets of a,b', 'a committed', 'b committed']);
});

it('nothing of it is done where an output was refused', async () => {
  const { steps, commit } = committing({
    checkOutputs: () => {
      throw new Error('refused');
    },
  });
  await expect(commit()).rejects.toThrow('refused');
  expect(steps).toEqual(['flush', 'confirm']);
});
