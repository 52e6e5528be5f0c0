import { TopologyError } from '@ouzel/core';
import type { GraphNode } from './graph-node.js';

/**
 * How long windows may still change after their end: the longest grace of the windowed aggregates above. Throws
 * OUZEL_TOPOLOGY where a way up meets none (GraphGraceSearchUtil).
 */
export function windowGraceAbove(node: GraphNode): number {
  const { graceMs } = node.traits;
  if (graceMs !== undefined) return graceMs;
  if (node.parents.size === 0) {
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: 'untilWindowCloses needs a windowed aggregate above it',
      help: 'Use it on the result of windowedBy(…), or suppress with untilTimeLimit.',
    });
  }
  return Math.max(...[...node.parents].map(windowGraceAbove));
}
