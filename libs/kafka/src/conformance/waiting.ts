import { systemClock } from '@ouzel/core';
import type { DriverError } from '../client/index.js';

/** How long a test waits for a condition. */
export const patienceMs = 40_000;

/** Resolves when the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = systemClock.monotonic() + patienceMs;
  while (!(await condition())) {
    if (systemClock.monotonic() > end) throw new Error(`never held: ${condition.toString()}`);
    await systemClock.sleep(10);
  }
}

/** Resolves to the failure of a request; throws when the request succeeds. */
export async function failure(request: Promise<unknown>): Promise<DriverError> {
  return request.then(
    () => {
      throw new Error('the request succeeded');
    },
    (error: unknown) => error as DriverError,
  );
}
