import type { Clock, Random } from '@ouzel/core';

/** Receives warnings that belong to no call: a group with another protocol, warnings of kafkajs. */
export interface DriverLogger {
  warn(message: string): void;
}

/** Time and randomness. Default: those of the machine. */
export interface Ports {
  readonly clock: Clock;
  readonly random: Random;
}
