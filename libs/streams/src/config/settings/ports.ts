import type { Clock, Random } from '@ouzel/core';
import { having, optional } from '@ouzel/core/settings';

export const portSettings = {
  /**
   * Time and timers. A test may bring its own.
   *
   * @defaultValue the clock of the machine
   */
  clock: optional(having<Clock>('now', 'monotonic', 'schedule', 'sleep', 'turn')),
  /**
   * Randomness. A test may bring its own.
   *
   * @defaultValue that of the machine
   */
  random: optional(having<Random>('next', 'uuid')),
};
