import type { Sample } from './metric-family.js';

/** Bounds for what takes milliseconds, seconds. */
const shortBounds: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Bounds for what takes seconds, or days where old records are read, seconds. */
export const longBounds: readonly number[] = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1_800, 3_600, 86_400];

/** Bounds for single calls, seconds. */
export const callBounds: readonly number[] = [
  0.000_001, 0.000_005, 0.000_01, 0.000_05, 0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1,
];

/** Distribution of durations in seconds. */
export class Histogram {
  private readonly counts: number[];
  /** The bucket of the last observation: the next one is mostly in the same. Behind the last bound there is one more. */
  private last = 0;
  private sum = 0;
  private count = 0;

  constructor(private readonly bounds: readonly number[] = shortBounds) {
    this.counts = [...bounds.map(() => 0), 0];
  }

  observe(seconds: number): void {
    const { bounds } = this;
    let at = this.last;
    while (at < bounds.length && seconds > bounds[at]!) at++;
    while (at > 0 && seconds <= bounds[at - 1]!) at--;
    this.last = at;
    this.counts[at]!++;
    this.sum += seconds;
    this.count++;
  }

  samples<L extends Readonly<Record<string, string>>>(labels: L): (Sample & { readonly labels: L })[] {
    let below = 0;
    const buckets = this.bounds.map((bound, i) => {
      below += this.counts[i]!;
      return { labels: { ...labels, le: String(bound) }, value: below, suffix: '_bucket' as const };
    });
    return [
      ...buckets,
      { labels: { ...labels, le: '+Inf' }, value: this.count, suffix: '_bucket' },
      { labels, value: this.sum, suffix: '_sum' },
      { labels, value: this.count, suffix: '_count' },
    ];
  }
}
