import type { StoreSpec } from './store-kind.js';

/** A store of one application: what it is, and the topic that it can be restored from. */
export interface StorePlan {
  readonly spec: StoreSpec;
  /**
   * Full name of the changelog topic, or of the source topic that serves as changelog; undefined where logging is off.
   */
  readonly changelog: string | undefined;
  /** The changelog is a source topic of the user: nothing is logged, and restore ends at the committed offset. */
  readonly sourceAsChangelog: boolean;
}
