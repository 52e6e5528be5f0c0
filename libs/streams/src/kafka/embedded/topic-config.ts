import { failureOf } from '../kafkajs/protocol/error-codes.js';

const invalidConfig = 40;
const hour = 3_600_000;
const day = 24 * hour;

/** The settings of a topic that are known here, with the defaults of Kafka 4. Those that the embedded broker does not act on are kept and shown. */
const defaults: Readonly<Record<string, string>> = {
  'cleanup.policy': 'delete',
  'compression.type': 'producer',
  'delete.retention.ms': String(day),
  'file.delete.delay.ms': '60000',
  'flush.messages': '9223372036854775807',
  'flush.ms': '9223372036854775807',
  'follower.replication.throttled.replicas': '',
  'index.interval.bytes': '4096',
  'leader.replication.throttled.replicas': '',
  'local.retention.bytes': '-2',
  'local.retention.ms': '-2',
  'max.compaction.lag.ms': '9223372036854775807',
  'max.message.bytes': '1048588',
  'message.timestamp.after.max.ms': String(hour),
  'message.timestamp.before.max.ms': '9223372036854775807',
  'message.timestamp.type': 'CreateTime',
  'min.cleanable.dirty.ratio': '0.5',
  'min.compaction.lag.ms': '0',
  'min.insync.replicas': '1',
  preallocate: 'false',
  'remote.storage.enable': 'false',
  'retention.bytes': '-1',
  'retention.ms': String(7 * day),
  'segment.bytes': String(1024 ** 3),
  'segment.index.bytes': String(10 * 1024 ** 2),
  'segment.jitter.ms': '0',
  'segment.ms': String(7 * day),
  'unclean.leader.election.enable': 'false',
};

/** How a topic keeps its records. */
export class TopicConfig {
  /** All settings, defaults included. */
  readonly all: Readonly<Record<string, string>>;
  readonly isCompacted: boolean;
  readonly hasLogAppendTime: boolean;
  readonly maxMessageBytes: number;
  /** How far a record's timestamp may lie ahead, ms. */
  readonly aheadMs: number;
  readonly segmentBytes: number;
  readonly segmentMs: number;
  readonly dirtyRatio: number;
  readonly compactionLagMs: number;
  /** How long tombstones stay after they were compacted, ms. */
  readonly tombstoneMs: number;

  /** Throws INVALID_CONFIG for names that Kafka does not know. */
  constructor(
    topic: string,
    readonly given: Readonly<Record<string, string>>,
  ) {
    for (const name of Object.keys(given)) {
      if (defaults[name] === undefined)
        throw failureOf(invalidConfig, `CreateTopics of ${topic}`, 'fatal', `Unknown topic config name: ${name}`);
    }
    this.all = { ...defaults, ...given };
    const number = (name: string) => {
      const value = Number(this.all[name]);
      if (!Number.isNaN(value)) return value;
      throw failureOf(invalidConfig, `CreateTopics of ${topic}`, 'fatal', `Not a number: ${name}`);
    };
    this.isCompacted = this.all['cleanup.policy']!.split(',').some((policy) => policy.trim() === 'compact');
    this.hasLogAppendTime = this.all['message.timestamp.type'] === 'LogAppendTime';
    this.maxMessageBytes = number('max.message.bytes');
    this.aheadMs = number('message.timestamp.after.max.ms');
    this.segmentBytes = number('segment.bytes');
    this.segmentMs = number('segment.ms');
    this.dirtyRatio = number('min.cleanable.dirty.ratio');
    this.compactionLagMs = number('min.compaction.lag.ms');
    this.tombstoneMs = number('delete.retention.ms');
  }
}
