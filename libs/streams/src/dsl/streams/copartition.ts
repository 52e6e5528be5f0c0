import type { StreamHandle } from '../handles.js';

type Keyed = Pick<StreamHandle, 'graph' | 'sources'>;

/**
 * Demands one partition count for the source topics of all inputs, and returns their source nodes
 * (AbstractStream.ensureCopartitionWith).
 */
export function copartitioned(...inputs: readonly [Keyed, ...Keyed[]]): ReadonlySet<string> {
  const sources = new Set(inputs.flatMap((input) => [...input.sources]));
  inputs[0].graph.copartition(sources);
  return sources;
}
