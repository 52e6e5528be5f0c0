import { duration, maxInt32, oneOf, optional, setting, text, texts } from '@ouzel/core/settings';
import { names } from '../readers.js';

export const groupSettings = {
  /**
   * After how long without a heartbeat the group gives the tasks of this instance to others.
   *
   * @defaultValue 45s
   */
  sessionTimeout: setting(duration(1, maxInt32), 45_000, 'session.timeout.ms'),
  /**
   * How often the instance tells the group that it is alive. Must be shorter than `sessionTimeout`.
   *
   * @defaultValue 3s
   */
  heartbeatInterval: setting(duration(1, maxInt32), 3_000, 'heartbeat.interval.ms'),
  /**
   * Makes this instance a static member: it keeps its tasks when it is back within `sessionTimeout`. Unique in the
   * group.
   */
  groupInstanceId: optional(text, 'group.instance.id'),
  /**
   * Says how the membership ends when the instance is closed (KIP-1284). `leave`: others get its tasks at once.
   * `remain`: the tasks wait until `sessionTimeout` is over, or until the instance is back. `default`: with
   * `groupInstanceId` it remains, else it leaves. `close({ membership })` overrides it.
   *
   * @defaultValue 'default'
   */
  membershipOnClose: setting(oneOf('default', 'leave', 'remain'), 'default'),
  /**
   * How often topics are looked up again, to find new partitions and new topics that match a pattern.
   *
   * @defaultValue 5m
   */
  metadataMaxAge: setting(duration(1), 300_000, 'metadata.max.age.ms'),
  /**
   * How often the tasks are shared out again while a task waits for another instance to fill its copy of the state. The
   * other instance also asks for it as soon as its copy has caught up; Kafka Streams waits for the interval.
   *
   * @defaultValue 10m
   */
  probingRebalanceInterval: setting(duration(60_000), 600_000, 'probing.rebalance.interval.ms'),
  /**
   * Tags of this instance, such as `{ zone: 'a' }`, by which standby tasks are spread. Kafka Streams writes one setting
   * for each, `client.tag.zone`.
   *
   * @defaultValue {}
   */
  clientTags: setting(texts, {}),
  /**
   * The names of the tags in `clientTags` whose values should differ between the instances that have the state of one
   * task, the most important first (KIP-708).
   *
   * @defaultValue []
   */
  rackAwareAssignmentTags: setting(names, [], 'rack.aware.assignment.tags'),
};
