import type { Clock } from '@ouzel/core';
import { callBounds, Histogram, longBounds } from './histogram.js';
import { Counts, Histograms } from './labelled.js';
import type { MetricsLevel } from './metric-table.js';
import { Stopwatch } from './stopwatch.js';

/**
 * Counts and measures what the parts of one client do. Sums never fall, also when tasks leave. Numbers
 * that a part knows anyway are not here: they are read from it when metrics are collected.
 */
export class Meters {
  readonly failures = new Counts('verdict');
  readonly rebalanceSeconds = new Histogram(longBounds);
  /** Runs while the member waits for an assignment. */
  readonly rebalance: Stopwatch;
  /** Ages of records at the nodes that nothing follows. */
  readonly latency = new Histograms(longBounds, 'node');
  readonly loopDelay = new Histogram();
  readonly errors = new Counts('stage', 'verdict');
  readonly deadLetters = new Counts('topic');
  readonly commitSeconds = new Histogram();
  readonly transactions = new Counts('result');
  readonly transactionSeconds = new Histogram();
  /** Only at level debug; undefined: nothing is measured for single calls. */
  readonly calls: CallMeters | undefined;

  constructor(level: MetricsLevel, clock: Clock) {
    this.rebalance = new Stopwatch(this.rebalanceSeconds, clock);
    this.calls = level === 'debug' ? new CallMeters() : undefined;
  }
}

/** Durations of single calls, at level debug. */
export class CallMeters {
  readonly nodeSeconds = new Histograms(callBounds, 'node');
  readonly storeSeconds = new Histograms(callBounds, 'store', 'operation');
}
