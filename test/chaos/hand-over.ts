import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from './instance.js';
import type { TasksSeen } from './sign.js';

const settledMs = 60_000;
const takenOverMs = 60_000;
/** A task whose copies lack at most so many offsets can be handed over: the load goes on while they follow. */
const lagAllowed = 200;

/** What came of the copies of the tasks of an instance that was killed. */
export interface HandOver {
  /** Stores that went on from a copy. */
  readonly stores: number;
  /** Offsets that their copies had. */
  readonly copied: number;
  /** Records that were read to make them complete. */
  readonly read: number;
  /** From the kill until all tasks processed again, ms. */
  readonly ms: number;
}

/**
 * Kills an instance whose tasks have copies on the others, and waits until the others process them. Each store must go on
 * from where its copy was, or from further on: no more than the rest may be restored. What is not as it should be is
 * told to `failed`. Returns undefined where there was nothing to hand over.
 */
export async function handOver(
  victim: Instance,
  others: readonly Instance[],
  failed: (what: string) => void,
): Promise<HandOver | undefined> {
  const all = [victim, ...others];
  if (!(await until(settledMs, () => isCopied(all)))) {
    failed(`the copies did not catch up within ${settledMs / 1_000} s: ${JSON.stringify(all.map(({ tasks }) => tasks))}`);
    return undefined;
  }
  const known = new Map(others.map((instance) => [instance, { ...copiesOf(instance), restores: instance.restores.length }]));
  const lost = victim.tasks!.active;
  const copied = lost.filter((task) => others.some(({ tasks }) => tasks!.standbys.some(({ id }) => id === task)));
  const begun = Date.now();
  await victim.end('SIGKILL');
  const isTakenOver = () => lost.every((task) => others.some(({ tasks }) => tasks?.isRunning === true && tasks.active.includes(task)));
  if (!(await until(takenOverMs, isTakenOver))) {
    failed(`the tasks ${lost.join(', ')} were not taken over within ${takenOverMs / 1_000} s`);
    return undefined;
  }
  const ms = Date.now() - begun;
  const sum = { stores: 0, offsets: 0, read: 0 };
  for (const task of copied) {
    for (const [instance, { positions, restores }] of known) {
      const mine = instance.restores.slice(restores).filter(({ taskId }) => taskId === task);
      for (const { store, resumedAt, records } of mine) {
        const position = positions.get(`${task}/${store}`);
        if (position === undefined) failed(`${task} went on where it has no copy of ${store}`);
        else if ((resumedAt ?? 0) < position) failed(`${store} of ${task} went on from ${resumedAt}, and its copy was at ${position}`);
        else {
          sum.stores++;
          sum.offsets += position;
          sum.read += records;
        }
      }
    }
  }
  if (sum.stores === 0) failed(`none of the tasks ${lost.join(', ')} went on from a copy`);
  return { stores: sum.stores, copied: sum.offsets, read: sum.read, ms };
}

/** Whether each task with stores has a copy that has almost caught up, and each instance has such a task. */
function isCopied(all: readonly Instance[]): boolean {
  const seen = all.map(({ tasks }) => tasks);
  const isSettled = (tasks: TasksSeen | undefined): tasks is TasksSeen =>
    tasks !== undefined && tasks.isRunning && tasks.active.length > 0 && tasks.standbys.length > 0;
  if (!seen.every(isSettled)) return false;
  const standbys = seen.flatMap((tasks) => tasks.standbys);
  const hasFollowed = standbys.every(({ isWarmUp, lag }) => !isWarmUp && lag !== null && lag <= lagAllowed);
  return hasFollowed && seen.every(({ active }) => active.some((task) => standbys.some(({ id }) => id === task)));
}

/** Where the copies of an instance are, by task and store. */
function copiesOf({ tasks }: Instance): { readonly positions: ReadonlyMap<string, number> } {
  const stores = tasks!.standbys.flatMap(({ id, stores: of }) => of.map(({ name, position }) => [`${id}/${name}`, position] as const));
  return { positions: new Map(stores) };
}

async function until(timeoutMs: number, condition: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(20)) if (condition()) return true;
  return false;
}
