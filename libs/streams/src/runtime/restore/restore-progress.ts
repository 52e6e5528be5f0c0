/**
 * How far the restore of one store of one task is. Counts are offsets of the changelog, so compacted records count as
 * restored.
 */
export class RestoreProgress {
  /** Records that were read. */
  records = 0;

  constructor(
    readonly store: string,
    readonly taskName: string,
    /** First offset to read; where local state ends. Undefined: there was none. */
    readonly resumedAt: number | undefined,
    readonly startOffset: number,
    readonly endOffset: number,
    public position: number,
  ) {}

  get total(): number {
    return Math.max(0, this.endOffset - this.startOffset);
  }
  get restored(): number {
    return Math.min(this.total, this.position - this.startOffset);
  }
  get remaining(): number {
    return this.total - this.restored;
  }
  get isComplete(): boolean {
    return this.position >= this.endOffset;
  }
}

export interface RestoreEvent {
  readonly kind: 'start' | 'batch' | 'end';
  readonly store: string;
  readonly taskId: string;
  /** Offsets that are restored, out of `total`. */
  readonly restored: number;
  readonly total: number;
  /** Records read so far. */
  readonly records: number;
  /** The offset that local state was at; undefined when the store begins from nothing. */
  readonly resumedAt: number | undefined;
}

export function restoreEvent(kind: RestoreEvent['kind'], progress: RestoreProgress): RestoreEvent {
  const { store, taskName: taskId, restored, total, records, resumedAt } = progress;
  return { kind, store, taskId, restored, total, records, resumedAt };
}
