import { consoleLogger, systemClock, type Logger } from '@ouzel/core';
import type { KafkaConfig, KafkaConnection, KafkaDriver } from '@ouzel/kafka';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import { connectedSoon } from './connected-soon.js';

export interface OpenDriverOptions {
  /** Shows in the broker's logs and quotas. */
  readonly clientId: string;
  /** @defaultValue the console */
  readonly logger?: Logger;
}

/**
 * Connects to Kafka without an application, for tools. Throws OUZEL_CONFIG for wrong settings, and OUZEL_DRIVER where
 * Kafka does not respond within 10 s. Close what it returns.
 */
export async function openDriver(
  kafka: KafkaConfig | KafkaConnection,
  { clientId, logger = consoleLogger }: OpenDriverOptions,
): Promise<KafkaDriver> {
  const connection = 'createDriver' in kafka ? kafka : kafkajs({ ...kafka, logger });
  const driver = connection.createDriver({ clientId });
  try {
    await connectedSoon(driver, clientId, systemClock);
    return driver;
  } catch (thrown) {
    await driver.close();
    throw thrown;
  }
}
