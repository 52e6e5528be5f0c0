import { ErrorCode, failureOf } from '../protocol/error-codes.js';

const hour = 3_600_000;
const day = 24 * hour;

/**
 * The settings of a topic, with the defaults of Kafka 4. Settings without an effect on the embedded broker are kept
 * and shown.
 */
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

/** The settings whose values are words, with the words. */
const words: Readonly<Record<string, readonly string[]>> = {
  'cleanup.policy': ['compact', 'delete'],
  'compression.type': ['uncompressed', 'zstd', 'lz4', 'snappy', 'gzip', 'producer'],
  'message.timestamp.type': ['CreateTime', 'LogAppendTime'],
};

function faultOf(name: string, value: string): string | undefined {
  const usual = defaults[name];
  if (usual === undefined) return `Unknown topic config name: ${name}`;
  const fits =
    words[name] === undefined ? patternOf(usual).test(value) : value.split(',').every((word) => words[name]!.includes(word.trim()));
  return fits ? undefined : `Invalid value ${value} for configuration ${name}`;
}

/** Returns the pattern of a setting's values, which follows from its default. */
function patternOf(usual: string): RegExp {
  if (usual === 'true' || usual === 'false') return /^(true|false)$/i;
  return /^-?\d/.test(usual) ? /^-?\d+(\.\d+)?$/ : /^/;
}

/** The settings of one topic. */
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

  /** Throws INVALID_CONFIG for a name that Kafka does not know, and for a value that it does not accept. */
  constructor(
    topic: string,
    readonly given: Readonly<Record<string, string>>,
  ) {
    for (const [name, value] of Object.entries(given)) {
      const fault = faultOf(name, value);
      if (fault !== undefined) throw failureOf(ErrorCode.invalidConfig, `CreateTopics of ${topic}`, 'fatal', fault);
    }
    this.all = { ...defaults, ...given };
    const number = (name: string) => Number(this.all[name]);
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
