import { OuzelError } from '@ouzel/core';
import { checkedConfig } from './checked-application.js';
import type { StreamsConfig } from './config/streams-config.js';
import { connectedSoon } from './connected-soon.js';
import { DeadLetters } from './dead-letters/index.js';

/**
 * Connects to the dead-letter topic of an application: `deadLetterTopic` of its configuration. Throws OUZEL_CONFIG where
 * that is not set, and OUZEL_DRIVER where Kafka does not respond within 10 s. Close what it returns.
 *
 * @example
 * ```ts
 * const letters = await openDeadLetters(config);
 * const newest = await letters.list({ exception: 'SerdeError', limit: 10 });
 * const report = await letters.replay({ topic: 'payment', dryRun: true });
 * await letters.close();
 * ```
 */
export async function openDeadLetters(given: StreamsConfig): Promise<DeadLetters> {
  const { config, connection, clock } = checkedConfig(given);
  const { applicationId, deadLetterTopic } = config;
  if (deadLetterTopic === undefined)
    throw new OuzelError('OUZEL_CONFIG', {
      what: 'the application has no dead-letter topic',
      where: applicationId,
      help: 'Set `deadLetterTopic`.',
    });
  const driver = connection.createDriver({ clientId: `${applicationId}-dead-letters` });
  try {
    await connectedSoon(driver, applicationId, clock);
  } catch (thrown) {
    await driver.close();
    throw thrown;
  }
  return new DeadLetters(deadLetterTopic, driver, clock);
}
