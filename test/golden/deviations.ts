import { bytesText } from './record-text.js';
import type { RecordedOutput, RecordedStep, Scenario } from './scenario.js';

const oneDay = 86_400_000;

/** A window store as far as its changelog tells. Session stores lose nothing. */
interface WindowStore {
  readonly retention: number;
  /** Latest value and time by key; gone where it was deleted. */
  readonly rows: Map<string, { readonly value: string; readonly ts: number | null }>;
  /** Highest window start that was put: the time that the store goes by. */
  observed: number;
}

/**
 * The two things in which Ouzel does not do what was recorded (golden/README.md, faults).
 *
 * A left join with grace: Kafka Streams throws on a null key. Ouzel joins it with nothing, at once, as it does without grace.
 *
 * Emit on close: Kafka Streams loses a final result when stream time runs further ahead than the
 * store's retention in one step, because the store hides the window before it is emitted. Ouzel emits it.
 *
 * A record that was not recorded is accepted if it is such a final result and nothing else: a window that a store held with this very value and
 * time, that the store hides by now, and that was never emitted to this topic, nor will be.
 */
export class Deviations {
  /** One line for each record that was accepted. */
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

  /** What was recorded of a step, before its outputs are compared. */
  observe({ out }: RecordedStep): void {
    for (const { topic, key, value, ts } of out) {
      const store = this.stores.get(topic);
      if (store === undefined || key === null) continue;
      if (value === null) store.rows.delete(key);
      else store.rows.set(key, { value, ts });
      store.observed = Math.max(store.observed, windowStart(key));
    }
  }

  /** Whether a step that was recorded to fail is right to succeed. */
  acceptsSuccess({ in: input, error }: RecordedStep, where: string): boolean {
    const isNullKey = input !== undefined && (input.key ?? null) === null && input.keyHex === undefined;
    const { causes = [] } = error as { causes?: readonly string[] };
    if (!isNullKey || !this.hasGraceBuffer || !causes.includes('NullPointerException')) return false;
    this.accepted.push(`${where}: null key in a join with grace, on which Kafka Streams throws`);
    return true;
  }

  /** Whether a record that was not recorded is right all the same. */
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

// Key of a time window in a changelog; on topics of the user the sequence is left out:
//
//   key bytes | start, int64 | sequence, int32 (0)

function windowStart(stored: string): number {
  const bytes = Buffer.from(stored, 'hex');
  return bytes.length < 12 ? -1 : Number(bytes.readBigInt64BE(bytes.length - 12));
}
