/** Returns what user code has returned where that is a promise, else undefined. */
export function promised(returned: unknown): Promise<void> | undefined {
  if (typeof returned !== 'object' || returned === null) return undefined;
  if (returned instanceof Promise) return returned as Promise<void>;
  return typeof (returned as { then?: unknown }).then === 'function' ? Promise.resolve(returned as PromiseLike<void>) : undefined;
}

/**
 * Marks a promise as handled where its failure is reported elsewhere: Node ends the process when a promise rejects that
 * has no handler.
 */
export function handled(promise: Promise<unknown>): void {
  promise.catch(() => {});
}

/**
 * Resolves to true when the work has settled, and to false when the signal is aborted before. Rejects where the work
 * rejects first.
 */
export async function settledBefore(work: Promise<unknown>, signal: AbortSignal | undefined): Promise<boolean> {
  if (signal === undefined) return work.then(() => true);
  handled(work);
  let stop = (): void => {};
  const aborted = new Promise<boolean>((resolve) => {
    stop = () => resolve(false);
    if (signal.aborted) stop();
    else signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work.then(() => true), aborted]);
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
