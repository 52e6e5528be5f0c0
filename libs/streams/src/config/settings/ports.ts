import type { Clock, Random } from '@ouzel/core';
import { callback, having, optional } from '@ouzel/core/settings';
import type { TracingFactory } from '../../processor/tracing.js';

export const portSettings = {
  /**
   * Time and timers. A test may bring its own.
   *
   * @defaultValue the clock of the machine
   */
  clock: optional(having<Clock>('now', 'monotonic', 'schedule', 'sleep', 'turn')),
  /**
   * Makes what follows records through the application, such as `openTelemetry()` of `@ouzel/nestjs/otel`; see
   * docs/TRACING.md.
   *
   * @defaultValue none: nothing is traced
   */
  tracing: optional(callback<TracingFactory>()),
  /**
   * Randomness. A test may bring its own.
   *
   * @defaultValue that of the machine
   */
  random: optional(having<Random>('next', 'uuid')),
};
