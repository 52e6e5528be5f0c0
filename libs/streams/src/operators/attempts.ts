import { type Clock, OuzelError } from '@ouzel/core';

export interface AttemptOptions {
  /** In all, at least 1. */
  readonly attempts: number;
  /** Of each. */
  readonly timeoutMs: number;
  /** Before the second; doubled before each further one. */
  readonly backoffMs: number;
}

/**
 * What `work` answers, tried again where it fails or takes too long. Its signal is aborted when it took too long, and
 * when `giveUp` is: then nothing is tried again. Rejects with the failure of the last attempt; OUZEL_MAPPER_TIMEOUT is
 * one.
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
    timeout.abort(new OuzelError('OUZEL_MAPPER_TIMEOUT', { what: `the mapper did not answer within ${timeoutMs} ms` })),
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
