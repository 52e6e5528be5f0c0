/** One line of a metric: labels and value. `suffix` marks the parts of a histogram. */
export interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
  readonly suffix?: '_bucket' | '_sum' | '_count';
}

/** A metric with all its lines, as Prometheus understands it. */
export interface MetricFamily {
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly samples: readonly Sample[];
}

/** Metrics of one client. */
export interface Metrics {
  /** Returns all values of this moment. */
  collect(): readonly MetricFamily[];
}

/** Distribution of durations in seconds. */
export class Histogram {
  private readonly counts: number[];
  private sum = 0;
  private count = 0;

  constructor(private readonly bounds: readonly number[] = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10]) {
    this.counts = bounds.map(() => 0);
  }

  observe(seconds: number): void {
    this.sum += seconds;
    this.count++;
    const at = this.bounds.findIndex((bound) => seconds <= bound);
    if (at >= 0) this.counts[at]!++;
  }

  samples(labels: Readonly<Record<string, string>> = {}): Sample[] {
    let below = 0;
    const buckets = this.bounds.map((bound, i): Sample => {
      below += this.counts[i]!;
      return { labels: { ...labels, le: String(bound) }, value: below, suffix: '_bucket' };
    });
    return [
      ...buckets,
      { labels: { ...labels, le: '+Inf' }, value: this.count, suffix: '_bucket' },
      { labels, value: this.sum, suffix: '_sum' },
      { labels, value: this.count, suffix: '_count' },
    ];
  }
}
