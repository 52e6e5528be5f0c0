import type { ValueFormat } from '../kind/value-codec.js';

/** The options of a window store. */
export interface WindowOptions {
  readonly values: ValueFormat;
  readonly retentionMs: number;
  /**
   * How long the changelog keeps windows, where an operator needs less than a supplier keeps. Default: retentionMs
   * (WindowStoreMaterializer.retentionPeriod).
   */
  readonly loggedRetentionMs?: number;
  /** Infinity: windows without an end. */
  readonly sizeMs: number;
  /** Keeps several values under one key and start: sides of a stream join. */
  readonly retainDuplicates: boolean;
  /**
   * The order of scans: by time for windows that are emitted when they close. In-memory stores always follow time.
   * Default: key.
   */
  readonly order?: 'key' | 'time';
  /**
   * By range where an operator needs the windows of a key with every record (sliding windows). Duplicates are always
   * found by range. Default: point.
   */
  readonly access?: 'point' | 'range';
}
