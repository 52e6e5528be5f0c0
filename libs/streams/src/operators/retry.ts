import { asError, durationMs, OuzelError, TopologyError, type Clock, type Duration, type Random } from '@ouzel/core';

/**
 * How often a callback that fails is called again. Its task waits meanwhile: it takes no other record, heartbeats and
 * other tasks go on.
 */
export interface RetryOptions {
  /** How many calls there are in all. 1: the callback is not called again. */
  attempts: number;
  /** The wait before the second call. It doubles before each further one. Default: 100ms. */
  backoff?: Duration;
  /** The longest wait. Default: waits grow without a limit. */
  maxBackoff?: Duration;
  /**
   * The part of each wait that is left to chance, from 0 to 1, so that instances that fail together do not come back
   * together. Default: 0.
   */
  jitter?: number;
  /** Returns whether the callback is called again after this error. Default: after every error. */
  on?: (error: Error) => boolean;
}

/** The options with their defaults, durations in milliseconds. */
export interface RetryPolicy {
  readonly attempts: number;
  readonly backoffMs: number;
  readonly maxBackoffMs: number;
  readonly jitter: number;
  readonly on: (error: Error) => boolean;
}

/** The ports that a wait between two calls needs. */
export interface RetryPorts {
  readonly clock: Clock;
  readonly random: Random;
}

/** Rejects a call that has failed for good: `error` is the failure of its last attempt. */
export class GaveUp extends Error {
  constructor(
    readonly error: Error,
    readonly attempts: number,
  ) {
    super(error.message, { cause: error });
  }
}

/** Reads the options. Throws OUZEL_TOPOLOGY for a value, and OUZEL_CONFIG for a duration that does not fit. */
export function retryPolicy(options: RetryOptions, operator: string): RetryPolicy {
  const { attempts, backoff = '100ms', maxBackoff = Infinity, jitter = 0, on = always } = options;
  if (!Number.isInteger(attempts) || attempts < 1)
    throw wrong('attempts', operator, `a whole number of at least 1, not ${String(attempts)}`);
  if (typeof jitter !== 'number' || !(jitter >= 0 && jitter <= 1))
    throw wrong('jitter', operator, `a number from 0 to 1, not ${String(jitter)}`);
  if (typeof on !== 'function') throw wrong('on', operator, `a function of the error, not ${typeof on}`);
  return {
    attempts,
    backoffMs: durationMs(backoff, `backoff of ${operator}`),
    maxBackoffMs: maxBackoff === Infinity ? Infinity : durationMs(maxBackoff, `maxBackoff of ${operator}`),
    jitter,
    on,
  };
}

/**
 * Returns the result of `work`, whose first attempt has failed with `thrown`. Rejects with GaveUp after the last
 * attempt, and after a failure that is not to be retried. When `giveUp` is aborted, the waiting ends and it rejects
 * with the reason.
 */
export async function again<T>(
  work: () => T | Promise<T>,
  thrown: unknown,
  policy: RetryPolicy,
  { clock, random }: RetryPorts,
  giveUp: AbortSignal,
): Promise<T> {
  let failure = thrown;
  for (let made = 1; ; made++) {
    const error = asError(failure);
    if (made >= policy.attempts || !isRetried(error, policy, made)) throw new GaveUp(error, made);
    await clock.sleep(pauseMs(policy, made, random), giveUp);
    giveUp.throwIfAborted();
    try {
      return await work();
    } catch (next) {
      failure = next;
    }
  }
}

/** A callback that returns a promise where none is allowed does so every time: that is not worth another attempt. */
function isRetried(error: Error, { on }: RetryPolicy, made: number): boolean {
  if (error instanceof OuzelError && error.code === 'OUZEL_PROMISE') return false;
  try {
    return on(error);
  } catch (thrown) {
    throw new GaveUp(asError(thrown), made);
  }
}

/** Returns the wait after this many attempts, ms. */
function pauseMs({ backoffMs, maxBackoffMs, jitter }: RetryPolicy, made: number, random: Random): number {
  const pause = Math.min(maxBackoffMs, backoffMs * 2 ** (made - 1));
  return jitter === 0 ? pause : pause * (1 - jitter * random.next());
}

function always(): boolean {
  return true;
}

function wrong(option: string, operator: string, wanted: string): TopologyError {
  return new TopologyError('OUZEL_TOPOLOGY', { what: `${option} of ${operator} must be ${wanted}` });
}
