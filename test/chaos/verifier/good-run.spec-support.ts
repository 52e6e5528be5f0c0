import { groupOf, windowMs, type LogRecord, type Logs, type PartitionLog, type TopicName } from './log.js';

type Mutable<T> = { -readonly [K in keyof T]: T[K] };
/** A partition that a test may change. */
export interface Written {
  committed: Mutable<LogRecord>[];
  written: Mutable<LogRecord>[];
  isStable: boolean;
}
export type GoodLogs = { [K in TopicName]: Written[] };

const partitions = 2;
const names: readonly TopicName[] = [
  ...(['in', 'names', 'orders', 'customers', 'echo', 'ids', 'joined'] as const),
  ...(['counts', 'between', 'groups', 'final', 'enriched', 'changelog'] as const),
];

/** The logs of a run in which all went well: 60 inputs of 6 keys, and 6 more of transactions that were aborted. */
export function goodRun(): GoodLogs {
  const run = new GoodRun();
  for (let number = 0; number < 66; number++) run.input(number, number % 11 === 10);
  return run.logs;
}

class GoodRun {
  readonly logs = Object.fromEntries(names.map((name) => [name, Array.from({ length: partitions }, empty)])) as GoodLogs;
  private readonly counts = new Map<string, number>();
  private readonly open = new Map<string, number>();

  constructor() {
    for (let i = 0; i < 6; i++) {
      this.write('names', i % partitions, `key-${i}`, '1');
      this.write('customers', 0, `customer-${i}`, '1');
      this.write('orders', i % partitions, `order-${i}`, `customer-${i}:1`);
      this.write('enriched', i % partitions, `order-${i}`, `customer-${i}:1|1`);
    }
    this.write('names', 0, 'key-0', '2');
    this.write('customers', 0, 'customer-0', '2');
    this.write('enriched', 0, 'order-0', 'customer-0:1|2');
    this.write('orders', 0, 'order-0', 'customer-2:2');
    this.write('enriched', 0, 'order-0', 'customer-2:2|1');
    this.write('names', 0, 'key-0', '9', 0, true);
    this.write('customers', 0, 'customer-0', '9', 0, true);
  }

  input(number: number, isAborted: boolean): void {
    const key = `key-${number % 6}`;
    const partition = number % partitions;
    this.write('in', partition, key, String(number), 100 * number, isAborted);
    const group = groupOf(String(number));
    const place = Number(group.slice(6)) % partitions;
    // The program is killed while it writes the effects of number 7, and begins again.
    if (number === 7) this.write('between', place, group, '700', 0, true);
    if (isAborted) return;
    this.write('echo', partition, key, String(number));
    this.write('ids', partition, key, `${number}:${this.count(`id ${partition}`)}`);
    this.write('joined', partition, key, `${number}|${key === 'key-0' && number > 20 ? 2 : 1}`);
    const count = String(this.count(key));
    this.write('counts', partition, key, count);
    this.write('changelog', partition, key, count);
    this.write('between', place, group, String(number));
    this.write('groups', place, group, `${this.count(group)}:${number}`);
    this.windows(partition, key, 100 * number);
  }

  private windows(partition: number, key: string, time: number): void {
    for (const [window, count] of this.open) {
      const [place, name] = window.split(' ') as [string, string];
      if (Number(place) !== partition || Number(name.split('@')[1]) + windowMs > time) continue;
      this.write('final', partition, name, String(count));
      this.open.delete(window);
    }
    const window = `${partition} ${key}@${time - (time % windowMs)}`;
    this.open.set(window, (this.open.get(window) ?? 0) + 1);
  }

  private count(name: string): number {
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    return this.counts.get(name)!;
  }

  private write(topic: TopicName, partition: number, key: string, value: string, timestamp = 0, isAborted = false): void {
    const { committed, written } = this.logs[topic][partition]!;
    const record = { offset: 2 * written.length, key, value, timestamp };
    written.push({ ...record });
    if (!isAborted) committed.push(record);
  }
}

const empty = (): Written => ({ committed: [], written: [], isStable: true }) satisfies PartitionLog;

/** Has a compiler check that the logs of a good run are logs. */
export const asLogs = (logs: GoodLogs): Logs => logs;
