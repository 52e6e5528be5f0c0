import { abortController } from '@ouzel/core';
import { DriverError } from '../../client/index.js';
import type { Ports } from '../config.js';
import { closedFailure } from './connection-failure.js';

/**
 * As short as a broker takes to write the markers of a transaction: until then it refuses the first batches of the next
 * one, with the codes of other failures (KIP-890). With 50 ms, a third of the commits waited that long.
 */
const firstPauseMs = 10;
const longestPauseMs = 1_000;

/** Pauses that double up to a second. They are spread at random, so that many clients do not return at once. */
export class Backoff {
  private pauseMs = firstPauseMs;

  constructor(private readonly ports: Ports) {}

  /** Resolves early when the signal aborts. */
  async pause(signal: AbortSignal): Promise<void> {
    const ms = this.pauseMs * (0.8 + 0.4 * this.ports.random.next());
    this.pauseMs = Math.min(this.pauseMs * 2, longestPauseMs);
    await this.ports.clock.sleep(ms, signal);
  }

  reset(): void {
    this.pauseMs = firstPauseMs;
  }
}

export interface RetryLimits {
  /** Ends the attempts with a `closed` failure. */
  readonly signal: AbortSignal;
  /** Time after which a retriable failure is thrown, ms. Default: never. */
  readonly timeoutMs?: number;
}

/** Repeats the attempt, after a pause, while it fails with `retriable`. */
export async function retrying<T>(ports: Ports, { signal, timeoutMs }: RetryLimits, attempt: () => Promise<T>): Promise<T> {
  const backoff = new Backoff(ports);
  const begin = ports.clock.monotonic();
  for (;;) {
    if (signal.aborted) throw closedFailure('retry');
    try {
      return await attempt();
    } catch (error) {
      if (!(error instanceof DriverError) || error.kind !== 'retriable') throw error;
      if (timeoutMs !== undefined && ports.clock.monotonic() - begin >= timeoutMs) throw error;
      await backoff.pause(signal);
    }
  }
}

/**
 * Returns the first failure that is not `retriable`, or else the first one. A request for several partitions fails with
 * it.
 */
export function worstOf(failures: readonly DriverError[]): DriverError | undefined {
  return failures.find(({ kind }) => kind !== 'retriable') ?? failures[0];
}

/** Waits for work that never fails, but for no longer than `ms`. */
export async function atMost(ports: Ports, ms: number, work: Promise<unknown>): Promise<void> {
  const done = abortController();
  await Promise.race([work.then(() => done.abort()), ports.clock.sleep(ms, done.signal)]);
}
