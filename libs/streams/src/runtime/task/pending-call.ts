import type { Clock } from '@ouzel/core';
import { recordPlace } from '@ouzel/kafka';
import type { UserWork } from '../../processor/node.js';

/** User code that has returned a promise and is still at work. */
export interface PendingCall {
  /** `0_1`. */
  readonly task: string;
  /** Null where the task waits for something else than a node. */
  readonly node: string | null;
  /** The call, with its class where it has one: `Enrichment.process`. */
  readonly call: string | null;
  /**
   * The record that it is about; topic null and the numbers -1 where it is about none, as in `init` and in
   * punctuations.
   */
  readonly topic: string | null;
  readonly partition: number;
  readonly offset: number;
  /** When it was called, epoch ms. */
  readonly since: number;
  /** All of it in one sentence, for logs and health endpoints. */
  readonly description: string;
}

export function pendingCall(task: string, node: string, { call, place, since }: UserWork, clock: Clock): PendingCall {
  const { topic, partition, offset } = place;
  const record = topic === null ? '' : ` with ${recordPlace({ topic, partition, offset })}`;
  return described(
    { task, node, call, topic, partition, offset, since: wallTime(since, clock) },
    `${call} of ${node} (task ${task}) is at work${record}`,
    clock,
  );
}

/** A task that waits, and no node says for what. */
export function pendingTask(task: string, since: number, clock: Clock): PendingCall {
  const none = { node: null, call: null, topic: null, partition: -1, offset: -1 };
  return described({ task, ...none, since: wallTime(since, clock) }, `task ${task} is at work`, clock);
}

function described(call: Omit<PendingCall, 'description'>, what: string, clock: Clock): PendingCall {
  const seconds = Math.round((clock.now() - call.since) / 1_000);
  return { ...call, description: `${what} since ${new Date(call.since).toISOString()} (${seconds} s)` };
}

/** Returns the epoch time of a time on the monotonic clock. */
function wallTime(monotonic: number, clock: Clock): number {
  return Math.round(clock.now() - (clock.monotonic() - monotonic));
}
