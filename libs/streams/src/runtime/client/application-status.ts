import type { ManagedTask, TaskLifecycle } from '../lifecycle/managed-task.js';
import type { Fetcher } from '@ouzel/kafka';
import type { UnprocessedInput } from '../group/unprocessed-inputs.js';
import type { StandbyLifecycle, StandbyTask } from '../standby/standby-task.js';
import type { PendingCall } from '../task/pending-call.js';
import type { RecordQueue } from '../task/record-queue.js';
import type { State } from './client-state.js';
import type { Engine } from './engine.js';
import type { ClientView } from './client-view.js';

export interface InputStatus {
  readonly topic: string;
  readonly partition: number;
  /** Next offset to process; null before the task runs. */
  readonly position: number | null;
  /** End of the partition, as the broker said last. */
  readonly end: number | null;
  readonly lag: number | null;
  /**
   * Age of the next record to process, ms, by its timestamp; 0 when none is left. While the next one is not fetched:
   * age of the last that was processed. Null when neither is known.
   */
  readonly lagMs: number | null;
}
export interface StoreStatus {
  readonly name: string;
  readonly restored: number;
  readonly total: number;
  readonly remaining: number;
  readonly ratio: number;
}
export interface TaskStatus {
  readonly id: string;
  readonly state: TaskLifecycle;
  readonly partitions: readonly InputStatus[];
  readonly stores: readonly StoreStatus[];
  readonly buffered: number;
  readonly streamTime: number;
  /** User code that is at work; null when none is. */
  readonly userCode: PendingCall | null;
}

/** How far the copy of a store is that a standby task keeps. */
export interface StandbyStoreStatus {
  readonly name: string;
  /** The next offset of the changelog that the copy lacks. */
  readonly position: number;
  /** The end of the changelog, as the broker said last. */
  readonly end: number;
  readonly lag: number;
}
/** A copy of the state of a task that another instance runs. */
export interface StandbyStatus {
  readonly id: string;
  readonly state: StandbyLifecycle;
  /** Whether the task moves to this instance once its state is here. */
  readonly isWarmUp: boolean;
  /** Offsets of all its changelogs that it lacks; null until that is known. */
  readonly lag: number | null;
  readonly stores: readonly StandbyStoreStatus[];
}

/** A client at one moment, for health endpoints and dashboards. Times are epoch ms. */
export interface ApplicationStatus {
  readonly applicationId: string;
  readonly state: State;
  readonly stateSince: number;
  /** Whether processing is paused. */
  readonly isPaused: boolean;
  readonly memberId: string | null;
  readonly generation: number | null;
  readonly connectivity: { readonly connected: boolean; readonly failure: string | null };
  readonly tasks: readonly TaskStatus[];
  /** The standby tasks of this instance. */
  readonly standbys: readonly StandbyStatus[];
  readonly restore: {
    readonly restored: number;
    readonly total: number;
    readonly remaining: number;
    readonly lastProgressAt: number | null;
  };
  /** Source patterns that no topic matches yet. The client looks for topics again and again. */
  readonly patternsWithoutTopic: readonly string[];
  /** Source partitions that no instance of the application processes, and why. */
  readonly unprocessed: readonly UnprocessedInput[];
  /** User code that did not come back for `maxPollInterval`: the client has left its group until it does. */
  readonly hanging: readonly PendingCall[];
  /** Milliseconds since the loop began its last turn. */
  readonly sinceLoopTurn: number;
  readonly maxPollInterval: number;
  readonly failure: Error | null;
}

/** Returns the status of a client. */
export function applicationStatus({ config, clock, state, connectivity, engine, tasks, restores, failure }: ClientView): ApplicationStatus {
  const progress = [...(engine?.global?.progress ?? []), ...tasks.flatMap((task) => task.progress)];
  const sum = (of: (one: (typeof progress)[number]) => number) => progress.reduce((total, one) => total + of(one), 0);
  return {
    applicationId: config.applicationId,
    state: state.current,
    stateSince: state.since,
    isPaused: state.isPaused,
    memberId: engine?.member.identity?.memberId ?? null,
    generation: engine?.session.generation ?? null,
    connectivity: {
      connected: connectivity.failure === undefined && engine !== undefined,
      failure: connectivity.failure?.message ?? null,
    },
    tasks: tasks.map((task) => taskStatus(task, engine?.fetcher, clock.now())),
    standbys: (engine?.standbys.all ?? []).map(standbyStatus),
    restore: {
      restored: sum(({ restored }) => restored),
      total: sum(({ total }) => total),
      remaining: sum(({ remaining }) => remaining),
      lastProgressAt: restores.lastProgressAt,
    },
    patternsWithoutTopic: engine?.session.patternsWithoutTopic ?? [],
    unprocessed: engine?.session.unprocessed ?? [],
    hanging: hangingCalls(engine, clock.monotonic() - config.maxPollInterval),
    sinceLoopTurn: engine === undefined ? 0 : Math.max(0, clock.monotonic() - engine.loop.lastTurn),
    maxPollInterval: config.maxPollInterval,
    failure: failure ?? null,
  };
}

function hangingCalls(engine: Engine | undefined, limit: number): PendingCall[] {
  const ofGlobal = engine?.global?.pendingCall(limit);
  return [...(engine?.tasks.pendingCalls(limit) ?? []), ...(ofGlobal === undefined ? [] : [ofGlobal])];
}

function standbyStatus({ name, state, wanted, lag, progress }: StandbyTask): StandbyStatus {
  const stores = progress.map(({ store, position, end, lag: behind }) => ({ name: store, position, end, lag: behind }));
  return { id: name, state, isWarmUp: wanted.replica === null, lag: lag ?? null, stores };
}

function ageOfNext({ nextTimestamp, partitionTime }: RecordQueue, lag: number, now: number): number | null {
  if (lag === 0) return 0;
  const timestamp = nextTimestamp ?? partitionTime;
  return timestamp < 0 ? null : Math.max(0, now - timestamp);
}

function taskStatus(managed: ManagedTask, fetcher: Fetcher | undefined, now: number): TaskStatus {
  const { task } = managed;
  const partitions = managed.inputs.map((input): InputStatus => {
    const queue = task?.queues.find(({ topic }) => topic === input.topic);
    const position = queue?.position ?? null;
    const end = fetcher?.endOffset(input) ?? null;
    const lag = position === null || end === null ? null : Math.max(0, end - position);
    return { ...input, position, end, lag, lagMs: queue === undefined || lag === null ? null : ageOfNext(queue, lag, now) };
  });
  const stores = managed.progress.map(({ store, restored, total, remaining }): StoreStatus => ({
    name: store,
    restored,
    total,
    remaining,
    ratio: total === 0 ? 1 : restored / total,
  }));
  return {
    id: managed.name,
    state: managed.state,
    partitions,
    stores,
    buffered: task?.buffered ?? 0,
    streamTime: task?.streamTime ?? -1,
    userCode: managed.pendingCall(Infinity) ?? null,
  };
}
