import { OuzelError, StateError, type Clock } from '@ouzel/core';
import { partitionName, type Admin, type TopicPartition } from '@ouzel/kafka';

/** Kafka's default of `delete.retention.ms`. */
const day = 86_400_000;
const hour = 3_600_000;

/** Local state that is about to be brought up to date. */
export interface OlderState extends TopicPartition {
  readonly store: string;
  /** When it was committed last, epoch ms; undefined where it does not say. */
  readonly committedAt: number | undefined;
}

/**
 * Finds local state that can not be brought up to date, because its changelog may have forgotten deletions since:
 * compaction keeps the record of a deletion for `delete.retention.ms` and no longer, and a row that was deleted in
 * between would stay. Kafka Streams does not look.
 */
export class ForgottenDeletions {
  constructor(
    private readonly admin: Admin,
    private readonly clock: Clock,
    /** Topic settings of the application, for brokers that do not let it read those of a topic. */
    private readonly topicConfig: Readonly<Record<string, string>>,
  ) {}

  /**
   * Rejects with StateError OUZEL_STATE_CORRUPT where the changelog may have forgotten a deletion since the state was
   * committed.
   */
  async check(state: OlderState): Promise<void> {
    const { topic, partition, store, committedAt } = state;
    if (committedAt === undefined) return;
    const age = this.clock.now() - committedAt;
    const kept = await this.retentionOf(topic);
    if (age <= kept) return;
    throw new StateError('OUZEL_STATE_CORRUPT', {
      what: `the rows of store "${store}" are ${hours(age)} old, and the changelog keeps deletions for ${hours(kept)}`,
      where: partitionName({ topic, partition }),
    });
  }

  private async retentionOf(topic: string): Promise<number> {
    const config = await this.configOf(topic);
    const policy = config['cleanup.policy'] ?? 'compact';
    return policy.includes('compact') ? Number(config['delete.retention.ms'] ?? day) : Infinity;
  }

  private async configOf(topic: string): Promise<Readonly<Record<string, string>>> {
    try {
      return (await this.admin.topicConfigs([topic])).get(topic) ?? this.topicConfig;
    } catch (thrown) {
      if (thrown instanceof OuzelError && thrown.code === 'OUZEL_UNAUTHORIZED') return this.topicConfig;
      throw thrown;
    }
  }
}

function hours(ms: number): string {
  return ms < hour ? `${Math.round(ms / 1_000)} s` : `${Math.round(ms / hour)} h`;
}
