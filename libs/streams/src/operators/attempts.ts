import { type Clock, OuzelError } from '@ouzel/core';

export interface AttemptOptions {
  /** How often the work is tried, at least 1. */
  readonly attempts: number;
  /** The time limit of each attempt. */
  readonly timeoutMs: number;
  /** The pause before the second attempt, ms. It doubles before each further one. */
  readonly backoffMs: number;
}

/**
 * Returns the result of `work`. An attempt that fails, or takes longer than the time limit, is followed by another one.
 * The signal of an attempt is aborted at its time limit, and when `giveUp` is aborted, which also ends the attempts.
 * Rejects with the failure of the last attempt, which is OUZEL_MAPPER_TIMEOUT where it took too long.
 */
export async function attempted<T>(
  work: (signal: AbortSignal) => Promise<T>,
  options: AttemptOptions,
  clock: Clock,
  giveUp: AbortSignal,
): Promise<T> {
  const { attempts, timeoutMs, backoffMs } = options;
  for (let number = 1; ; number++) {
    try {
      return await limited(work, timeoutMs, clock, giveUp);
    } catch (thrown) {
      if (number >= attempts || giveUp.aborted) throw thrown;
    }
    await clock.sleep(backoffMs * 2 ** (number - 1), giveUp);
    giveUp.throwIfAborted();
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
