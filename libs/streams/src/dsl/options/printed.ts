import type { ValueMapper } from '../../operators/callbacks.js';
import type { Named } from './named.js';

/** How a stream is printed. */
export interface PrintOptions<K, V> extends Named {
  /** Default: the name of the node above. */
  label?: string;
  /** Default: key and value with a comma. */
  format?: ValueMapper<K, V, string>;
  /** Default: writes to standard output. */
  write?: (line: string) => void;
}
