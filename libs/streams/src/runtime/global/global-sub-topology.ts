import type { GlobalPlan, SubTopology } from '../../topology/plan.js';

/** Returns the global stores and what fills them as one sub-topology, so that they are a task like any other. */
export function globalSubTopology({ nodes, stores, sourceTopics }: GlobalPlan): SubTopology {
  return {
    id: -1,
    fingerprint: 'global',
    nodes,
    stores,
    sourceTopics,
    sourcePatterns: [],
    sinkTopics: [],
    repartitionTopics: [],
    changelogTopics: [],
    copartitioned: [],
  };
}
