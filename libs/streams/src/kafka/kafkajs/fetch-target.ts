import type { TopicPartition } from '../driver.js';

/** One assignment of one partition: where the next request reads. A new assignment is a new target, so that what arrives for an old one is dropped. */
export class FetchTarget {
  /** `asked`: in a request. `resting`: failed, waits for its leader. `ended`: a failure was handed out; nothing more comes. */
  state: 'free' | 'asked' | 'resting' | 'ended' = 'free';
  paused = false;
  /** Failures since the last answer without one, for the pause before the next attempt. */
  failures = 0;
  failingSince: number | undefined;

  constructor(
    readonly partition: TopicPartition,
    public offset: number,
  ) {}
}
