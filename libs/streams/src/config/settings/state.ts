import { bytes, duration, integer, setting, text } from '@ouzel/core/settings';
import { age } from '../readers.js';

export const stateSettings = {
  /**
   * Folder of the local state. With an embedded Kafka in memory it is a temporary folder by default, which ends with
   * the process. Kafka Streams always uses a temporary folder.
   *
   * @defaultValue '.ouzel'
   */
  stateDirectory: setting(text, '.ouzel', 'state.dir'),
  /**
   * Bytes of the record caches of all stores. A cache keeps the latest row of a key and forwards it at the commit. 0:
   * every change is forwarded at once.
   *
   * @defaultValue 10 MiB
   */
  cacheMaxBytes: setting(bytes(0), 10 * 1024 * 1024, 'statestore.cache.max.bytes', 'cache.max.bytes.buffering'),
  /**
   * Bytes of rows that all stores together hold decoded.
   *
   * @defaultValue 64 MiB
   */
  decodedMaxBytes: setting(bytes(0), 64 * 1024 * 1024),
  /**
   * Bytes of state that is written and not committed; beyond them a commit begins early.
   *
   * @defaultValue 64 MiB
   */
  uncommittedMaxBytes: setting(bytes(1), 64 * 1024 * 1024, 'statestore.uncommitted.max.bytes'),
  /**
   * After how long local state is removed whose task is with another instance.
   *
   * @defaultValue 10m
   */
  stateCleanupDelay: setting(duration(1_000), 600_000, 'state.cleanup.delay.ms'),
  /**
   * Local state that was not used for this long is wiped at start and restored (KIP-1259). -1, as in Kafka, stands for
   * `Infinity`.
   *
   * @defaultValue Infinity
   */
  stateMaxAge: setting(age, Infinity, 'state.cleanup.dir.max.age.ms'),
  /**
   * Instances that keep a copy of the state of a task besides the one that runs it, so that one of them can go on with
   * it at once. A copy follows the changelog in the background.
   *
   * @defaultValue 0
   */
  numStandbyReplicas: setting(integer(0), 0, 'num.standby.replicas'),
  /**
   * Copies that the instances of the application fill at one time before tasks move to them. A task stays where it is
   * meanwhile.
   *
   * @defaultValue 2
   */
  maxWarmupReplicas: setting(integer(1), 2, 'max.warmup.replicas'),
  /**
   * Offsets by which local state may be behind its changelog and count as caught up, so that a task may move to it.
   *
   * @defaultValue 10000
   */
  acceptableRecoveryLag: setting(integer(0), 10_000, 'acceptable.recovery.lag'),
};
