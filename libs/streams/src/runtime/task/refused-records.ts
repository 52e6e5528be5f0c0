import { createHash } from 'node:crypto';
import type { DriverError, ProducerRecord } from '@ouzel/kafka';

/**
 * Remembers, exactly once, the records that Kafka refused and that a handler lets pass. A refused record aborts its
 * transaction, and the task makes the same record again: the second time it is not sent, so that the rest can be
 * committed.
 */
export class RefusedRecords {
  private readonly byTask = new Map<string, Map<string, DriverError>>();

  add(task: string, record: ProducerRecord, error: DriverError): void {
    let refused = this.byTask.get(task);
    if (refused === undefined) this.byTask.set(task, (refused = new Map<string, DriverError>()));
    refused.set(fingerprint(record), error);
  }

  /** Returns why the record was refused before; undefined: it was not. */
  reasonFor(task: string, record: ProducerRecord): DriverError | undefined {
    if (this.byTask.size === 0) return undefined;
    return this.byTask.get(task)?.get(fingerprint(record));
  }

  /** Called when the task has committed. */
  forget(task: string): void {
    if (this.byTask.size > 0) this.byTask.delete(task);
  }
}

function fingerprint({ topic, partition, key, value }: ProducerRecord): string {
  const hash = createHash('sha256');
  for (const bytes of [key, value]) hash.update(`${bytes?.length ?? -1}:`).update(bytes ?? '');
  return `${topic}-${partition} ${hash.digest('base64')}`;
}
