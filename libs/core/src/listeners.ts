import { asError } from './errors/index.js';
import { promised } from './promises.js';

/**
 * Those who listen to one event. A listener is called at once and can not break what it listens to: what it throws, or
 * rejects with, goes to `failed`.
 */
export class Listeners<Args extends readonly unknown[]> {
  private readonly listeners = new Set<(...args: Args) => unknown>();

  constructor(private readonly failed: (error: Error) => void) {}

  /** Returns a function that ends the listening. */
  add(listener: (...args: Args) => unknown): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  notify(...args: Args): void {
    for (const listener of this.listeners) {
      try {
        promised(listener(...args))?.catch((thrown: unknown) => this.failed(asError(thrown)));
      } catch (thrown) {
        this.failed(asError(thrown));
      }
    }
  }
}
