/** Returns what user code returned when that is a promise, else undefined: anything else that a callback without result returns has no meaning. */
export function promised(answer: unknown): Promise<void> | undefined {
  if (typeof answer !== 'object' || answer === null) return undefined;
  if (answer instanceof Promise) return answer as Promise<void>;
  return typeof (answer as { then?: unknown }).then === 'function' ? Promise.resolve(answer as PromiseLike<void>) : undefined;
}

/** Marks a promise as handled where its failure is told elsewhere: Node ends the process when a promise rejects that has no handler. */
export function handled(promise: Promise<unknown>): void {
  promise.catch(() => {});
}

/** Resolves to true when the work has settled, and to false when the signal is aborted before. Rejects with what the work rejects with, if that comes first. */
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
