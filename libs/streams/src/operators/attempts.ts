import { type Clock, OuzelError } from '@ouzel/core';
import { again, type RetryPolicy, type RetryPorts } from './retry.js';

export interface AttemptOptions extends RetryPolicy {
  /** The time limit of each attempt. */
  readonly timeoutMs: number;
}

/**
 * Returns the result of `work`. An attempt that fails, or takes longer than the time limit, is followed by another one.
 * The signal of an attempt is aborted at its time limit, and when `giveUp` is aborted, which also ends the attempts.
 * Rejects with GaveUp after the last attempt, whose failure is OUZEL_MAPPER_TIMEOUT where it took too long.
 */
export async function attempted<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: AttemptOptions,
  ports: RetryPorts,
  giveUp: AbortSignal,
): Promise<T> {
  const { timeoutMs } = options;
  const attempt = () => limited(work, timeoutMs, ports.clock, giveUp);
  try {
    return await attempt();
  } catch (thrown) {
    giveUp.throwIfAborted();
    return again(attempt, thrown, options, ports, giveUp);
  }
}

async function limited<T>(work: (signal: AbortSignal) => Promise<T>, timeoutMs: number, clock: Clock, giveUp: AbortSignal): Promise<T> {
  const timeout = new AbortController();
  const cancel = clock.schedule(timeoutMs, () =>
    timeout.abort(new OuzelError('OUZEL_MAPPER_TIMEOUT', { what: `the mapper returned no result within ${timeoutMs} ms` })),
  );
  const signal = AbortSignal.any([timeout.signal, giveUp]);
  try {
    return await Promise.race([work(signal), whenAborted(signal)]);
  } finally {
    cancel();
  }
}

function whenAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true }));
}
