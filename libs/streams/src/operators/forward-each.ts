/**
 * Forwards the items one after the other, each when the one before is done. Returns a promise only where `forward`
 * returned one.
 */
export function forwardEach<T>(items: Iterator<T>, forward: (item: T) => void | Promise<void>): void | Promise<void> {
  for (let next = items.next(); next.done !== true; next = items.next()) {
    const pending = forward(next.value);
    if (pending !== undefined) return pending.then(() => forwardEach(items, forward));
  }
}
