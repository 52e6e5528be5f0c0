import type { HeldRecords } from './producer.js';
import type { ProducerRecord } from './records.js';

/** Keeps back copies of records, for producers that write to something in their own process. */
export class HeldCopies implements HeldRecords {
  bytes = 0;
  private readonly records: ProducerRecord[] = [];

  constructor(private readonly deliver: (record: ProducerRecord) => void) {}

  send(record: ProducerRecord): void {
    const { key, value } = record;
    this.records.push({ ...record, key: key === null ? null : Buffer.from(key), value: value === null ? null : Buffer.from(value) });
    this.bytes += (key?.length ?? 0) + (value?.length ?? 0);
  }

  release(): void {
    for (const record of this.records.splice(0)) this.deliver(record);
    this.bytes = 0;
  }
}
