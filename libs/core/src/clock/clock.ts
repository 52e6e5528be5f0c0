/** Undoes a scheduled call; may be called twice. */
export type Cancel = () => void;

/**
 * The port of time and timers. Everything that waits or asks for the time does so here, so that a whole cluster can run
 * on a simulated clock. A wait may be of any length; one of `Infinity` never ends by itself.
 */
export interface Clock {
  /** Returns the wall clock, epoch ms. */
  now(): number;
  /** Returns milliseconds that only ever grow, for measuring intervals. */
  monotonic(): number;
  /** Calls back once after `ms`. The timer alone does not keep the process alive. */
  schedule(ms: number, callback: () => void): Cancel;
  /**
   * Resolves after `ms`, or at once when the signal aborts. Keeps the process alive meanwhile, unless `ms` is
   * `Infinity`.
   */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Resolves after pending timers and I/O had their turn. */
  turn(): Promise<void>;
}

/** The port of randomness. */
export interface Random {
  /** Returns a number in [0, 1). */
  next(): number;
  uuid(): string;
}
