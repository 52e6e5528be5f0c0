import type { Clock } from '@ouzel/core';
import type { KafkaDriver, Producer } from '@ouzel/kafka';
import type { ResolvedConfig } from '../../config/streams-config.js';
import type { Meters } from '../../metrics/meters.js';
import type { Tracing } from '../../processor/tracing.js';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import { AtLeastOnce } from '../commit/at-least-once.js';
import { TracedCommits } from '../commit/traced-commits.js';
import type { CommitStrategy } from '../commit/commit-strategy.js';
import { ExactlyOnce } from '../commit/exactly-once.js';
import type { Membership } from '../group/membership.js';
import { RefusedRecords } from '../task/refused-records.js';

export interface GuaranteeParts {
  readonly driver: KafkaDriver;
  readonly directory: StateDirectory;
  readonly config: ResolvedConfig;
  readonly clock: Clock;
  readonly meters: Meters;
  readonly tracing: Tracing | undefined;
}

/** The parts of a client that depend on its processing guarantee. */
export interface Guarantee {
  readonly producer: Producer;
  readonly strategy: CommitStrategy;
  /** Set when outputs wait for the commit, which is so with exactly once. */
  readonly refusals: RefusedRecords | undefined;
}

/** Makes the producer and the way of committing that `processingGuarantee` asks for. */
export function createGuarantee(parts: GuaranteeParts, member: Membership): Guarantee {
  const { tracing } = parts;
  const guarantee = chosenGuarantee(parts, member);
  return tracing === undefined ? guarantee : { ...guarantee, strategy: new TracedCommits(guarantee.strategy, tracing) };
}

function chosenGuarantee({ driver, config, directory, clock, meters }: GuaranteeParts, member: Membership): Guarantee {
  const { linger, deliveryTimeout, batchSize, maxRequestSize, compression } = config.producer;
  const options = { lingerMs: linger, batchSize, maxRequestSize, compression, deliveryTimeoutMs: deliveryTimeout };
  if (config.processingGuarantee === 'at_least_once') {
    const producer = driver.createProducer({ ...options, permit: member });
    return { producer, strategy: new AtLeastOnce(producer, member), refusals: undefined };
  }
  // The name that the one thread of a Kafka Streams client has (StreamsProducer).
  const transactionalId = `${config.applicationId}-${directory.processId}-1`;
  const producer = driver.createProducer({ ...options, transactionalId, transactionTimeoutMs: config.transactionTimeout });
  const refusals = new RefusedRecords();
  return { producer, strategy: new ExactlyOnce({ producer, member, refusals, logger: config.logger, meters, clock }), refusals };
}
