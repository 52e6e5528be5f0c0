import { bytes, duration, integer, maxInt32, oneOf, reserved, setting } from '@ouzel/core/settings';
import { isolation } from '../readers.js';

export const processingSettings = {
  /**
   * Decides what a crash does to records that were in process. `at_least_once` processes them again.
   * `exactly_once_v2` undoes what they did, by transactions; see docs/GUARANTEES.md.
   *
   * @defaultValue 'at_least_once'
   */
  processingGuarantee: setting(oneOf('at_least_once', 'exactly_once_v2'), 'at_least_once', 'processing.guarantee'),
  /**
   * Whether records of transactions that are still open or were aborted are read, by sources, tables and global tables.
   * With `exactly_once_v2` they never are.
   *
   * @defaultValue 'read_uncommitted'
   */
  isolation: setting(isolation, 'read_uncommitted', 'isolation.level'),
  /**
   * How often state and offsets are committed. After a crash, what was read since the last commit is read again. Kafka
   * Streams: 30s. With `exactly_once_v2` the default is 100ms, as there.
   *
   * @defaultValue 1s
   */
  commitInterval: setting(duration(), 1_000, 'commit.interval.ms'),
  /**
   * Threads that process beside the main one. Not available yet.
   *
   * @defaultValue 0
   */
  threads: reserved(integer(0), 0),
  /**
   * How long a task with several inputs waits for records of an empty input, so that records are taken in the order of
   * their time. -1: it never waits.
   *
   * @defaultValue 0
   */
  maxTaskIdle: setting(duration(-1), 0, 'max.task.idle.ms'),
  /**
   * After how long without records an input no longer holds back the stream time of its task. 0: it always does.
   *
   * @defaultValue 0
   */
  idleSourceTimeout: setting(duration(), 0),
  /**
   * By how much one record may move the stream time of a task before a warning is logged and
   * `ouzel_stream_time_jumps_total` counts it: such a record ends windows and deletes rows of tables with a ttl. The
   * first record of a task is compared with the clock. `Infinity`: no jump is logged.
   *
   * @defaultValue 1d
   */
  streamTimeJumpWarning: setting(duration(1), 86_400_000),
  /**
   * Records of one partition that are fetched ahead, before the partition is paused.
   *
   * @defaultValue 1000
   */
  bufferedRecordsPerPartition: setting(integer(1), 1_000, 'buffered.records.per.partition'),
  /**
   * Bytes of all records that are fetched ahead, before fetching pauses.
   *
   * @defaultValue 64 MiB
   */
  inputBufferMaxBytes: setting(bytes(1), 64 * 1024 * 1024),
  /**
   * How long user code may keep one record before the client leaves the group, so that others take its tasks over.
   *
   * @defaultValue 5m
   */
  maxPollInterval: setting(duration(1, maxInt32), 300_000, 'max.poll.interval.ms'),
  /**
   * How long a task, or the commits of all tasks, may go on failing because Kafka does not respond in time, before the
   * uncaught handler is asked (KIP-572). 0: the first such failure counts. Reading is tried again for ever.
   *
   * @defaultValue 5m
   */
  taskTimeout: setting(duration(), 300_000, 'task.timeout.ms'),
  /**
   * How long a transaction may take with `exactly_once_v2`, until the broker aborts it. It begins when a commit does.
   * At most `transaction.max.timeout.ms` of the brokers.
   *
   * @defaultValue 10s
   */
  transactionTimeout: setting(duration(1, maxInt32), 10_000, 'transaction.timeout.ms'),
};
