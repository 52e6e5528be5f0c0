import { about, type Finding } from './finding.js';
import type { LogRecord, Logs, TopicLog } from './log.js';

/** The versions of the rows of a table, in their order, by key. */
type Versions = ReadonlyMap<string, readonly string[]>;

const rowsOf = (table: TopicLog, isolation: 'committed' | 'written'): Versions => {
  const rows = new Map<string, string[]>();
  for (const partition of table) for (const { key, value } of partition[isolation]) rows.set(key, [...(rows.get(key) ?? []), value ?? '']);
  return rows;
};

/** Finds joins of a stream with rows of a table that were never there, or that are older than those of earlier joins. */
export function joinedVersions({ names, joined }: Logs): Finding[] {
  const committed = rowsOf(names, 'committed');
  const written = rowsOf(names, 'written');
  return joined.flatMap(({ committed: records }, partition) => {
    const reached = new Map<string, number>();
    const wrong: Record<'aborted-read' | 'invented' | 'stale', string[]> = { 'aborted-read': [], invented: [], stale: [] };
    for (const record of records) {
      const { key } = record;
      const version = record.value!.slice(record.value!.indexOf('|') + 1);
      const at = (committed.get(key) ?? []).lastIndexOf(version);
      if (at < 0) wrong[written.get(key)?.includes(version) === true ? 'aborted-read' : 'invented'].push(shown(record));
      else if (at < (reached.get(key) ?? 0)) wrong.stale.push(shown(record));
      reached.set(key, Math.max(at, reached.get(key) ?? 0));
    }
    return Object.entries(wrong).flatMap(([anomaly, those]) => about(anomaly as keyof typeof wrong, 'joined', partition, those));
  });
}

/**
 * Finds results of the foreign-key join that were made from rows that were never there, that go back to older rows
 * (unless `isReplayAllowed`), and last results that are not those of the last rows.
 */
export function foreignKeyJoins({ orders, customers, enriched }: Logs, isReplayAllowed: boolean): Finding[] {
  const [left, right] = [rowsOf(orders, 'committed'), rowsOf(customers, 'committed')];
  const [allLeft, allRight] = [rowsOf(orders, 'written'), rowsOf(customers, 'written')];
  return enriched.flatMap(({ committed }, partition) => {
    const byKey = new Map<string, LogRecord[]>();
    for (const record of committed) byKey.set(record.key, [...(byKey.get(record.key) ?? []), record]);
    const isOf = (known: Versions, key: string, value: string) => known.get(key)?.includes(value) === true;
    const from = (record: LogRecord, lefts: Versions, rights: Versions) => {
      const [order, customer] = record.value!.split('|') as [string, string];
      return isOf(lefts, record.key, order) && isOf(rights, order.split(':')[0]!, customer);
    };
    const unknown = committed.filter((record) => !from(record, left, right));
    const read = unknown.filter((record) => from(record, allLeft, allRight));
    const stale = isReplayAllowed ? [] : [...byKey.values()].flatMap((records) => records.filter(goesBack(left, right)));
    return [
      ...about('aborted-read', 'enriched', partition, read.map(shown)),
      ...about('invented', 'enriched', partition, unknown.filter((record) => !read.includes(record)).map(shown)),
      ...about('stale', 'enriched', partition, stale.map(shown)),
      ...about('lost', 'enriched', partition, unfinished(orders[partition], left, right, byKey)),
    ];
  });
}

/** Whether a result was made from an older order than the one before, or from an older customer of the same order. */
function goesBack(left: Versions, right: Versions): (record: LogRecord, i: number, all: readonly LogRecord[]) => boolean {
  return (record, i, all) => {
    const before = all[i - 1];
    if (before === undefined) return false;
    const [order, customer] = record.value!.split('|') as [string, string];
    const [lastOrder, lastCustomer] = before.value!.split('|') as [string, string];
    const at = (versions: Versions, key: string, value: string) => (versions.get(key) ?? []).lastIndexOf(value);
    if (order !== lastOrder) return at(left, record.key, order) < at(left, record.key, lastOrder);
    const key = order.split(':')[0]!;
    return at(right, key, customer) < at(right, key, lastCustomer);
  };
}

function unfinished(
  orders: TopicLog[number] | undefined,
  left: Versions,
  right: Versions,
  byKey: ReadonlyMap<string, readonly LogRecord[]>,
): string[] {
  return [...new Set(orders?.committed.map(({ key }) => key))].flatMap((key) => {
    const order = left.get(key)!.at(-1)!;
    const customer = right.get(order.split(':')[0]!)?.at(-1);
    const last = byKey.get(key)?.at(-1)?.value;
    return customer === undefined || last === `${order}|${customer}` ? [] : [`${key}: ${last}, and it must be ${order}|${customer}`];
  });
}

function shown({ key, value, offset }: LogRecord): string {
  return `${key}=${value} at offset ${offset}`;
}
