import type { Fetcher } from '@ouzel/kafka';
import { Membership } from '../group/membership.js';
import { InputOffsets } from '../lifecycle/input-offsets.js';
import { ChangelogReader } from '../restore/changelog-reader.js';
import { ForgottenDeletions } from '../restore/forgotten-deletions.js';
import { ReaderLoop } from '../restore/reader-loop.js';
import type { RestoreEvent } from '../restore/restore-progress.js';
import { ClusterPartitionCounts } from '../topics/cluster-partition-counts.js';
import { createGuarantee, type Guarantee, type GuaranteeParts } from './guarantee.js';

export interface LinkParts extends GuaranteeParts {}

/** The parts through which an engine reads and writes Kafka. */
export interface Links extends Guarantee {
  readonly member: Membership;
  readonly fetcher: Fetcher;
  readonly reader: ReaderLoop;
  readonly changelogs: ChangelogReader;
  readonly counts: ClusterPartitionCounts;
  readonly offsets: InputOffsets;
}

export function createLinks(parts: LinkParts, restoring: (event: RestoreEvent) => void): Links {
  const { driver, config, clock } = parts;
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
    ...createGuarantee(parts, member),
    member,
    fetcher: driver.createFetcher(fetching),
    reader,
    changelogs: new ChangelogReader({ loop: reader, admin, deletions, listener: restoring, clock, logger }),
    counts: new ClusterPartitionCounts(admin, clock),
    offsets: new InputOffsets({ admin, group, offsetReset, isolation, clock, logger }),
  };
}
