import { TopologyError } from '@ouzel/core';
import type { StreamHandle } from '../streams/stream-handle.js';

/** The handle of another face, which must be of this kind and of the same builder. `operator` is where it was given. Throws OUZEL_TOPOLOGY. */
export function handleFrom<H extends Pick<StreamHandle, 'graph'>>(
  handle: H | undefined,
  kind: string,
  { graph }: Pick<StreamHandle, 'graph'>,
  operator: string,
): H {
  if (handle === undefined) throw new TopologyError('OUZEL_TOPOLOGY', { what: `${operator} needs ${kind}` });
  if (handle.graph !== graph)
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `${operator} was given ${kind} of another StreamsBuilder`,
      help: 'Build what belongs together with one builder.',
    });
  return handle;
}
