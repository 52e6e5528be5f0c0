import type { Clock, Random } from '@ouzel/core';

/** Where the driver writes what no caller hears of: a group that has to be waited for, warnings of kafkajs. */
export interface DriverLogger {
  warn(message: string): void;
}

/** Time and randomness. Default: those of the machine. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
}
