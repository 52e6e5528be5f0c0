import { TopologyError } from '@ouzel/core';
import type { DslGraph } from '../handles.js';

/**
 * Returns the handle of a stream or table that was passed to `operator`, or throws OUZEL_TOPOLOGY: it must be of this
 * kind, and of the same builder as `own`.
 */
export function handleFrom<H extends { readonly graph: DslGraph }>(
  handle: H | undefined,
  kind: string,
  own: { readonly graph: DslGraph },
  operator: string,
): H {
  if (handle === undefined) throw new TopologyError('OUZEL_TOPOLOGY', { what: `${operator} needs ${kind}` });
  if (handle.graph !== own.graph)
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `${operator} was called with ${kind} of another StreamsBuilder`,
      help: 'Build what belongs together with one builder.',
    });
  return handle;
}
