import { FaultsError, type Clock, type Fault } from '@ouzel/core';
import type { Admin } from '@ouzel/kafka';
import type { ApplicationPlan, NodeSpec } from '../../topology/plan.js';
import { missingHelp, planPartitions } from './partition-plan.js';
import { matchedTopics, topicsOfCluster } from './source-topics.js';
import { topicNeedsOf } from './topic-needs.js';

export interface RequiredTopics {
  readonly plan: ApplicationPlan;
  /** The topic of dead letters; undefined where there is none. */
  readonly deadLetterTopic: string | undefined;
  /** How long missing topics are waited for, ms. */
  readonly waitMs: number;
  /** Ends the wait: it then rejects as if the time were over. */
  readonly signal?: AbortSignal;
}

/** How often topics that are waited for are looked for, ms. */
const lookMs = 500;

/**
 * Resolves when all topics of the user exist that the application names: sources, those of global stores, sinks, and
 * the dead-letter topic. Throws OUZEL_TOPIC_MISSING with all that do not exist when they were waited for long enough,
 * OUZEL_UNAUTHORIZED for one that this client may not see, and the faults of `planPartitions`.
 */
export async function requireTopics({ plan, deadLetterTopic, waitMs, signal }: RequiredTopics, admin: Admin, clock: Clock): Promise<void> {
  const wanted = namedTopics(plan);
  if (deadLetterTopic !== undefined && !wanted.has(deadLetterTopic))
    wanted.set(deadLetterTopic, { where: 'deadLetterTopic', what: `topic "${deadLetterTopic}" does not exist`, help: missingHelp });
  const deadline = clock.monotonic() + waitMs;
  for (;;) {
    const existing = await topicsOfCluster(admin);
    const absent = [...wanted.keys()].filter((topic) => !existing.has(topic));
    // A list of all topics leaves out those that this client may not see; a question about one topic is refused.
    await admin.topics(absent);
    const missing = absent.map((topic) => wanted.get(topic)!);
    if (missing.length === 0) {
      const matched = matchedTopics(plan, existing.keys());
      planPartitions(plan.subTopologies.map(topicNeedsOf), (node) => matched.get(node) ?? [], existing);
      return;
    }
    if (clock.monotonic() >= deadline || signal?.aborted === true) throw new FaultsError('OUZEL_TOPIC_MISSING', missing);
    await clock.sleep(lookMs, signal);
  }
}

/** Returns the topics of the user that a topology names, each with the fault to report when it does not exist. */
function namedTopics({ subTopologies, global, internalTopics }: ApplicationPlan): Map<string, Fault> {
  const internal = new Set(internalTopics.filter(({ kind }) => kind !== 'source as changelog').map(({ topic }) => topic));
  const wanted = new Map<string, Fault>();
  for (const node of [...subTopologies, ...(global === undefined ? [] : [global])].flatMap(({ nodes }) => nodes)) {
    for (const topic of topicsNamedBy(node)) {
      if (internal.has(topic)) continue;
      const { kind, name } = node;
      wanted.set(topic, { nodes: [name], where: `${kind} ${name}`, what: `topic "${topic}" does not exist`, help: missingHelp });
    }
  }
  return wanted;
}

function topicsNamedBy(node: NodeSpec): readonly string[] {
  switch (node.kind) {
    case 'source':
      return node.topics instanceof RegExp ? [] : node.topics;
    case 'sink':
      return typeof node.topic === 'string' ? [node.topic] : [];
    case 'processor':
      return [];
  }
}
