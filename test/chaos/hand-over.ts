import { setTimeout as sleep } from 'node:timers/promises';
import type { Instance } from './instance.js';
import { acceptableLag } from './plans.js';
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
 * from where its copy was, or from further on: no more than the rest may be restored. A task may also go on
 * where old local state lacks no more than is acceptable (KIP-441). What is not as it should be is told to
 * `failed`. Returns undefined where there was nothing to hand over.
 */
export async function handOver(
  victim: Instance,
  others: readonly Instance[],
  failed: (what: string) => void,
): Promise<HandOver | undefined> {
  const all = [victim, ...others];
  if (!(await until(settledMs, () => isCopied(all)))) {
    failed(`the copies did not catch up within ${settledMs / 1_000} s: ${JSON.stringify(all.map(({ tasks }) => tasks))}`);
    await victim.end('SIGKILL');
    return undefined;
  }
  const lost = victim.tasks!.active;
  const before = others.map((instance) => ({ instance, copies: copiesOf(instance, lost), known: instance.restores.length }));
  const begun = Date.now();
  await victim.end('SIGKILL');
  const isTakenOver = () => lost.every((task) => others.some(({ tasks }) => tasks?.isRunning === true && tasks.active.includes(task)));
  if (!(await until(takenOverMs, isTakenOver))) {
    failed(`the tasks ${lost.join(', ')} were not taken over within ${takenOverMs / 1_000} s`);
    return undefined;
  }
  const done = { stores: 0, copied: 0, read: 0, ms: Date.now() - begun };
  const copied = new Set(before.flatMap(({ copies }) => copies.map(({ task }) => task)));
  for (const { instance, copies, known } of before) {
    for (const { taskId, store, resumedAt = 0, records, total } of instance.restores.slice(known)) {
      const copy = copies.find((one) => one.task === taskId && one.store === store);
      if (copy === undefined) {
        if (copied.has(taskId) && total > acceptableLag) failed(`${taskId} went on where it lacks ${total} offsets of ${store}`);
        continue;
      }
      if (resumedAt < copy.position) failed(`${store} of ${taskId} went on from ${resumedAt}, and its copy was at ${copy.position}`);
      done.stores++;
      done.copied += copy.position;
      done.read += records;
    }
  }
  if (done.stores === 0) failed(`none of the tasks ${lost.join(', ')} went on from a copy`);
  return done;
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

/** The copy of a store, before its task moves. */
interface Copy {
  readonly task: string;
  readonly store: string;
  readonly position: number;
}

function copiesOf({ tasks }: Instance, wanted: readonly string[]): Copy[] {
  return tasks!.standbys
    .filter(({ id }) => wanted.includes(id))
    .flatMap(({ id, stores }) => stores.map(({ name, position }) => ({ task: id, store: name, position })));
}

async function until(timeoutMs: number, condition: () => boolean): Promise<boolean> {
  for (const deadline = Date.now() + timeoutMs; Date.now() < deadline; await sleep(20)) if (condition()) return true;
  return false;
}
