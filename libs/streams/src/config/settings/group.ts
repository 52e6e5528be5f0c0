import { duration, maxInt32, optional, reserved, setting, text, texts } from '@ouzel/core/settings';

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
   * How often topics are looked up again, to find new partitions and new topics that match a pattern.
   *
   * @defaultValue 5m
   */
  metadataMaxAge: setting(duration(1), 300_000, 'metadata.max.age.ms'),
  /**
   * How often it is checked whether a copy of state is up to date. Other values than the default are not available yet.
   *
   * @defaultValue 10m
   */
  probingRebalanceInterval: reserved(duration(60_000), 600_000, 'probing.rebalance.interval.ms'),
  /**
   * Tags of this instance, such as its zone, by which copies of state are spread. Not available yet.
   *
   * @defaultValue {}
   */
  clientTags: reserved(texts, {}),
};
