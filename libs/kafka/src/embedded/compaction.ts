import type { ConsumerRecord } from '../client/index.js';
import { BatchBuilder, RecordBatch } from '../records/index.js';
import type { TopicConfig } from './topic-config.js';

/** The view of a log that compaction works on. */
export interface Compactable {
  readonly config: TopicConfig;
  readonly place: { readonly topic: string; readonly partition: number };
  /** The offset where compaction ends: the active segment or the first open transaction begins there. */
  readonly uncompactedOffset: number;
  batches(): Iterable<RecordBatch>;
  isAborted(batch: RecordBatch): boolean;
  /** Returns whether the last sequence number of its producer is known from this batch. */
  isLastOfProducer(batch: RecordBatch): boolean;
}

/**
 * Returns the batches of the log with only the last record of each key before its active segment (LogCleaner).
 * Tombstones and markers stay for `delete.retention.ms` after they were first met. A batch without records stays when
 * it is the last of its producer. Offsets never change.
 */
export function compacted(log: Compactable, now: number): RecordBatch[] {
  const [old, recent] = split(log, now);
  const latest = new Map<string, number>();
  for (const batch of old) {
    if (batch.isControl || log.isAborted(batch)) continue;
    for (const record of batch.records(log.place)) if (record.key !== null) latest.set(record.key.toString('latin1'), record.offset);
  }
  return [...old.flatMap((batch) => cleaned(log, batch, latest, now)), ...recent];
}

function split(log: Compactable, now: number): [old: RecordBatch[], recent: RecordBatch[]] {
  const all = [...log.batches()];
  const { compactionLagMs } = log.config;
  const isYoung = (batch: RecordBatch) => compactionLagMs > 0 && batch.maxTimestamp > now - compactionLagMs;
  const end = all.findIndex((batch) => batch.lastOffset >= log.uncompactedOffset || isYoung(batch));
  return end === -1 ? [all, []] : [all.slice(0, end), all.slice(end)];
}

function cleaned(log: Compactable, batch: RecordBatch, latest: ReadonlyMap<string, number>, now: number): RecordBatch[] {
  const records = batch.records(log.place);
  const isPast = batch.deleteHorizon !== undefined && batch.deleteHorizon <= now;
  const kept = records.filter((record) => keeps(log, batch, record, latest, isPast));
  const waits = batch.deleteHorizon === undefined && kept.some(({ value }) => batch.isControl || value === null);
  if (kept.length === records.length && !waits) return [batch];
  if (kept.length === 0 && !log.isLastOfProducer(batch)) return [];
  return [rewritten(batch, kept, waits ? now + log.config.tombstoneMs : batch.deleteHorizon)];
}

function keeps(
  log: Compactable,
  batch: RecordBatch,
  record: ConsumerRecord,
  latest: ReadonlyMap<string, number>,
  isPast: boolean,
): boolean {
  if (batch.isControl) return !isPast;
  if (log.isAborted(batch) || record.key === null) return false;
  return latest.get(record.key.toString('latin1')) === record.offset && !(isPast && record.value === null);
}

function rewritten(batch: RecordBatch, records: readonly ConsumerRecord[], deleteHorizon: number | undefined): RecordBatch {
  const builder = new BatchBuilder(batch.bytes.length, deleteHorizon ?? batch.baseTimestamp);
  const { baseOffset, producerId, baseSequence, isTransactional, isControl } = batch;
  for (const record of records) builder.append(record, record.timestamp, record.offset - baseOffset);
  const bytes = builder.seal({
    baseOffset,
    leaderEpoch: batch.leaderEpoch,
    stamp: { producerId, epoch: batch.producerEpoch, sequence: baseSequence },
    transactional: isTransactional,
    control: isControl,
    lastOffsetDelta: batch.lastOffset - baseOffset,
    ...(batch.hasLogAppendTime ? { logAppendTime: batch.maxTimestamp } : {}),
    ...(deleteHorizon === undefined ? {} : { deleteHorizon }),
  });
  return new RecordBatch(bytes);
}
