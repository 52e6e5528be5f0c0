import type { Named } from './named.js';

/** A processor or transformer of the user. */
export interface ProcessOptions extends Named {
  /** Names of the stores that it uses. */
  stores?: readonly string[];
}
