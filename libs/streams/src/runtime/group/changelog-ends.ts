import type { Admin, TopicPartition } from '@ouzel/kafka';
import type { SizedSubTopology } from '../topics/partition-plan.js';
import { taskKey } from './task-key.js';

interface Changelog extends TopicPartition {
  readonly task: string;
}

/**
 * Returns the sums of the end offsets of the changelogs, by task key, for the tasks that have changelogs: compared with
 * the offsets of a member's state they tell how far it is behind. A source topic that serves as changelog ends at the
 * committed offset. A topic that is not in `existing` has just been created, and is empty.
 */
export async function changelogEnds(
  admin: Admin,
  group: string,
  subTopologies: readonly SizedSubTopology[],
  existing: ReadonlySet<string>,
): Promise<ReadonlyMap<string, number>> {
  const sums = new Map<string, number>();
  const logs: Changelog[] = [];
  const tables: Changelog[] = [];
  for (const { needs, sources, tasks } of subTopologies) {
    const changelogs = needs.changelogs.filter(({ topic }) => existing.has(topic));
    for (let partition = 0; partition < tasks && needs.changelogs.length + needs.tables.length > 0; partition++) {
      const task = taskKey({ fingerprint: needs.fingerprint, partition });
      sums.set(task, 0);
      logs.push(...changelogs.map(({ topic }) => ({ task, topic, partition })));
      tables.push(...needs.tables.filter((topic) => partition < (sources.get(topic) ?? 0)).map((topic) => ({ task, topic, partition })));
    }
  }
  const add = (of: readonly Changelog[], ends: readonly (TopicPartition & { readonly offset: number })[]) => {
    const byPlace = new Map(ends.map(({ topic, partition, offset }) => [`${topic} ${partition}`, Math.max(0, offset)]));
    for (const { task, topic, partition } of of) sums.set(task, sums.get(task)! + (byPlace.get(`${topic} ${partition}`) ?? 0));
  };
  const places = (of: readonly Changelog[]) => of.map(({ topic, partition }) => ({ topic, partition }));
  if (logs.length > 0) add(logs, await admin.listOffsets(places(logs), 'latest', 'read_uncommitted'));
  if (tables.length > 0) add(tables, await admin.committedOffsets(group, places(tables)));
  return sums;
}
