import type { Row } from '../rows.js';
import type { KeyValueLayer } from '../key-value/key-value-layer.js';
import type { CacheEntry } from '../record-cache.js';

/** Which windows are asked for; keys as bytes, both bounds inclusive, undefined: no bound. Times are window starts, inclusive. */
export interface WindowRange {
  readonly key: Buffer | undefined;
  readonly keyTo: Buffer | undefined;
  readonly from: number;
  readonly to: number;
  readonly reverse: boolean;
}

/**
 * The lowest layer of a window store: its order, and what it forgets when. Keys are window keys (see the schema). Windows that start more than the retention
 * before the newest that was put are hidden, and removed by and by.
 */
export interface WindowRows extends KeyValueLayer {
  /** Applies a changelog record: like a put, but nobody is told of what came too late. */
  restore(windowKey: Buffer, payload: Buffer | null): void;
  /** Rows as they are at the call, with those of a cache over them; keys are window keys. */
  fetch(range: WindowRange, cached: Iterable<CacheEntry>): AsyncIterable<Row>;
}

/** Highest window start put so far, and what follows from it. */
export class Retention {
  observed = -1;

  constructor(readonly retentionMs: number) {}

  observe(start: number): void {
    if (start > this.observed) this.observed = start;
  }

  /** Earliest window start that is still shown. */
  get earliest(): number {
    return this.observed - this.retentionMs + 1;
  }
}
