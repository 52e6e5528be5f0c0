import type { StreamHandle } from './stream-handle.js';

type Keyed = Pick<StreamHandle, 'graph' | 'sources'>;

/** The source nodes of all, whose topics must have the same number of partitions from now on (AbstractStream.ensureCopartitionWith). */
export function copartitioned(...inputs: readonly [Keyed, ...Keyed[]]): ReadonlySet<string> {
  const sources = new Set(inputs.flatMap((input) => [...input.sources]));
  inputs[0].graph.copartition(sources);
  return sources;
}
