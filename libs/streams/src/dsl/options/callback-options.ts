import type { RetryOptions } from '../../operators/retry.js';
import type { Named } from './named.js';

/** An operator that calls its callback once for each record, before it does anything else with it. */
export interface CallbackOptions extends Named {
  /**
   * Whether the callback is called again when it fails. Its task waits meanwhile, and may also wait for a promise that
   * the callback returns. After the last attempt the processing handler decides. Default: it is not called again.
   */
  retry?: RetryOptions;
}
