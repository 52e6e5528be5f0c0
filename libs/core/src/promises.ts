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
