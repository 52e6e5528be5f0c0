import { bytesText } from './record-text.js';
import type { RecordedOutput, RecordedStep, Scenario } from './scenario.js';

const oneDay = 86_400_000;

/** A window store, as its changelog shows it. Session stores lose nothing, so they are not followed. */
interface WindowStore {
  readonly retention: number;
  /** The latest value and time by key. A deleted key is missing. */
  readonly rows: Map<string, { readonly value: string; readonly ts: number | null }>;
  /** The highest window start that was put, which is the time of the store. */
  observed: number;
}

/**
 * Accepts the two deviations of Ouzel from what was recorded, which are faults of Kafka Streams.
 *
 * Left join with grace: Kafka Streams throws on a null key. Ouzel joins the record with null at once, as it does
 * without grace.
 *
 * Emit on close: Kafka Streams loses a final result when stream time advances by more than the store's retention in one
 * step, because the store hides the window before it is emitted. Ouzel emits it.
 *
 * A record that was not recorded is accepted only when it is such a final result: a store held the window with this
 * value and time, hides it now, and the recording never has it on this topic.
 */
export class Deviations {
  /** A line for each deviation that was accepted. */
  readonly accepted: string[] = [];
  private readonly stores = new Map<string, WindowStore>();
  private readonly emitted: Set<string>;
  private readonly hasGraceBuffer: boolean;

  constructor({ topology = '', internalTopics = [], steps = [], config = {} }: Scenario) {
    this.hasGraceBuffer = /stores: \[[^\]]*-Buffer\b/.test(topology);
    const extra = Number(config['windowstore.changelog.additional.retention.ms'] ?? oneDay);
    for (const topic of internalTopics) {
      const retention = Number(topic.config['retention.ms']) - extra;
      if (topic.kind === 'changelog' && retention > 0) this.stores.set(topic.topic, { retention, rows: new Map(), observed: -1 });
    }
    this.emitted = new Set(steps.flatMap(({ out }) => out).map(identity));
  }

  /** Takes the recorded outputs of a step. Called before they are compared. */
  observe({ out }: RecordedStep): void {
    for (const { topic, key, value, ts } of out) {
      const store = this.stores.get(topic);
      if (store === undefined || key === null) continue;
      if (value === null) store.rows.delete(key);
      else store.rows.set(key, { value, ts });
      store.observed = Math.max(store.observed, windowStart(key));
    }
  }

  /** Returns true for a step that failed in the recording and is right to succeed. */
  acceptsSuccess({ in: input, error }: RecordedStep, where: string): boolean {
    const isNullKey = input !== undefined && (input.key ?? null) === null && input.keyHex === undefined;
    const { causes = [] } = error as { causes?: readonly string[] };
    if (!isNullKey || !this.hasGraceBuffer || !causes.includes('NullPointerException')) return false;
    this.accepted.push(`${where}: null key in a join with grace, on which Kafka Streams throws`);
    return true;
  }

  /** Returns true for a record that was not recorded and is right all the same. */
  accepts(record: RecordedOutput, where: string): boolean {
    const { topic, key, value, ts } = record;
    if (key === null || value === null || this.stores.has(topic) || this.emitted.has(identity(record))) return false;
    const stored = `${key}00000000`;
    const isLost = [...this.stores.values()].some(({ rows, observed, retention }) => {
      const row = rows.get(stored);
      return row !== undefined && row.value === value && row.ts === ts && windowStart(stored) <= observed - retention;
    });
    if (!isLost) return false;
    this.emitted.add(identity(record));
    this.accepted.push(`${where}: final result that Kafka Streams loses, on ${topic}: ${bytesText(key)} = ${bytesText(value)}`);
    return true;
  }
}

function identity({ topic, key }: RecordedOutput): string {
  return `${topic} ${key}`;
}

// The key of a time window in a changelog. On topics of the user the sequence is left out:
//
//   key bytes | start, int64 | sequence, int32 (0)

function windowStart(stored: string): number {
  const bytes = Buffer.from(stored, 'hex');
  return bytes.length < 12 ? -1 : Number(bytes.readBigInt64BE(bytes.length - 12));
}
