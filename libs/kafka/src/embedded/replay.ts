import type { OffsetCommit } from '../client/index.js';
import type { Cluster } from './cluster.js';
import type { JournalEntry } from './journal.js';

/** Applies the entries of the journal to a new cluster, and reads its logs. */
export function replay(journal: readonly JournalEntry[], cluster: Cluster): void {
  const starts = new Map<string, number>();
  for (const entry of withoutDeleted(journal)) {
    if (entry.kind === 'log-start') starts.set(`${entry.topic}-${entry.partition}`, entry.offset);
    else apply(entry, cluster);
  }
  for (const { logs } of cluster.topics.all()) for (const log of logs) log.restore(starts.get(log.name) ?? 0);
}

function apply(entry: JournalEntry, cluster: Cluster): void {
  switch (entry.kind) {
    case 'topic':
      cluster.topics.create({ ...entry, replicationFactor: 1 });
      break;
    case 'partitions':
      cluster.topics.addPartitions(entry.topic, entry.total);
      break;
    case 'offsets':
      cluster.group(entry.group).offsets.commit(entry.offsets);
      break;
    case 'offsets-pending':
      cluster.group(entry.group).offsets.addPending(entry.producerId, entry.offsets);
      break;
    case 'offsets-ended':
      cluster.group(entry.group).offsets.end(entry.producerId, entry.outcome);
      break;
    case 'producer-id':
      cluster.transactions.restoreNextProducerId(entry.next);
      break;
    case 'transaction':
      cluster.transactions.restore(entry);
      break;
    case 'log-start':
    case 'topic-deleted':
      break;
  }
}

/** Leaves out the entries of a topic from before its deletion. A later topic of the same name is another topic. */
function withoutDeleted(journal: readonly JournalEntry[]): JournalEntry[] {
  const deletions = new Map<string, number>();
  journal.forEach((entry, at) => entry.kind === 'topic-deleted' && deletions.set(entry.topic, at));
  if (deletions.size === 0) return [...journal];
  const isGone = (topic: string, at: number) => at < (deletions.get(topic) ?? -1);
  const left = (offsets: readonly OffsetCommit[], at: number) => offsets.filter(({ topic }) => !isGone(topic, at));
  return journal.flatMap((entry, at): JournalEntry[] => {
    if (entry.kind === 'topic' || entry.kind === 'partitions' || entry.kind === 'log-start') return isGone(entry.topic, at) ? [] : [entry];
    if (entry.kind === 'offsets' || entry.kind === 'offsets-pending') return [{ ...entry, offsets: left(entry.offsets, at) }];
    return [entry];
  });
}
