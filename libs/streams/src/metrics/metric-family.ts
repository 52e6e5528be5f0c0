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
