import type { Clock } from '@ouzel/core';
import type { KafkaDriver } from '@ouzel/kafka';
import { connectedWithin } from './producing/connected-within.js';

/** Connects. Throws OUZEL_DRIVER where Kafka does not respond within 10 s. `where` says who wants to connect. */
export function connectedSoon(driver: KafkaDriver, where: string, clock: Clock): Promise<void> {
  return connectedWithin(10_000, driver, where, clock);
}
