import type { Clock } from '@ouzel/core';
import type { Fetcher, KafkaDriver } from '@ouzel/kafka';
import type { ResolvedConfig } from '../../config/streams-config.js';
import type { StateDirectory } from '../../state/directory/state-directory.js';
import { Membership } from '../group/membership.js';
import { InputOffsets } from '../lifecycle/input-offsets.js';
import { ChangelogReader } from '../restore/changelog-reader.js';
import { ForgottenDeletions } from '../restore/forgotten-deletions.js';
import { ReaderLoop } from '../restore/reader-loop.js';
import type { RestoreEvent } from '../restore/restore-progress.js';
import { ClusterPartitionCounts } from '../topics/cluster-partition-counts.js';
import { createGuarantee, type Guarantee } from './guarantee.js';

export interface LinkParts {
  readonly driver: KafkaDriver;
  readonly directory: StateDirectory;
  readonly config: ResolvedConfig;
  readonly clock: Clock;
}

/** The parts through which an engine reads and writes Kafka. */
export interface Links extends Guarantee {
  readonly member: Membership;
  readonly fetcher: Fetcher;
  readonly reader: ReaderLoop;
  readonly changelogs: ChangelogReader;
  readonly counts: ClusterPartitionCounts;
  readonly offsets: InputOffsets;
}

export function createLinks({ driver, config, directory, clock }: LinkParts, restoring: (event: RestoreEvent) => void): Links {
  const { logger, isolation, applicationId: group, offsetReset } = config;
  const { admin } = driver;
  const member = new Membership(() =>
    driver.createMember({
      group,
      instanceId: config.groupInstanceId,
      sessionTimeoutMs: config.sessionTimeout,
      heartbeatIntervalMs: config.heartbeatInterval,
      rebalanceTimeoutMs: config.maxPollInterval,
      protocol: 'ouzel',
    }),
  );
  const fetching = { isolation, maxWaitMs: config.consumer.maxWait, maxBytes: config.consumer.maxBytes };
  const reader = new ReaderLoop(driver.createFetcher(fetching), clock);
  const deletions = new ForgottenDeletions(admin, clock, config.topicConfig);
  return {
    ...createGuarantee(driver, config, directory, member),
    member,
    fetcher: driver.createFetcher(fetching),
    reader,
    changelogs: new ChangelogReader({ loop: reader, admin, deletions, listener: restoring, clock, logger }),
    counts: new ClusterPartitionCounts(admin, clock),
    offsets: new InputOffsets({ admin, group, offsetReset, isolation, clock, logger }),
  };
}
