import { startKafka, type KafkaCluster } from '../../scripts/kafka-cluster.mjs';
import { kafkajs } from '@ouzel/kafka/kafkajs';
import type { KafkaDriver } from '@ouzel/kafka';

/** Returns the brokers that `npm run test:kafka` has started or was given. */
export function sharedBrokers(): string[] {
  const brokers = process.env.KAFKA_BROKERS;
  if (brokers === undefined) throw new Error('KAFKA_BROKERS is not set: run these suites with npm run test:kafka');
  return brokers.split(',');
}

/** Starts a Kafka for one suite, which may stop, kill and restart it. */
export function ownKafka(options: Parameters<typeof startKafka>[0] = {}): Promise<KafkaCluster> {
  return startKafka(options);
}

/** Returns a connected driver, which `await using` closes. */
export async function connectedDriver(
  brokers: readonly string[],
  options: { readonly clientId?: string; readonly requestTimeout?: number; readonly warnings?: string[] } = {},
): Promise<KafkaDriver & AsyncDisposable> {
  const { clientId = 'suite', requestTimeout = 10_000, warnings = [] } = options;
  const driver = kafkajs({ brokers, requestTimeout, logger: { warn: (message) => warnings.push(message) } }).createDriver({ clientId });
  await driver.connect();
  return Object.assign(driver, { [Symbol.asyncDispose]: () => driver.close() });
}

let names = 0;

/** Returns a name that no test of this run or of an earlier one has used. */
export function fresh(name: string): string {
  return `${name}-${process.pid}-${Date.now().toString(36)}-${names++}`;
}

/** Calls `ask` until it returns something. Resolves with that, or rejects after the deadline. */
export async function eventually<T>(question: () => T | undefined | Promise<T | undefined>, deadlineMs = 30_000): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const answer = await question();
    if (answer !== undefined) return answer;
    if (Date.now() > end) throw new Error(`not within ${deadlineMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
