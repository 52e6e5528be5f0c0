import { Injectable } from '@nestjs/common';
import type { DroppedRecord } from '@ouzel/streams';

/** A dropped record, and when it was dropped, epoch ms. */
export interface RememberedDrop {
  readonly at: number;
  readonly record: DroppedRecord;
}

type OnDropped = (record: DroppedRecord) => void;

/** Remembers the last dropped records of each application of the process, where endpoints ask for it. */
@Injectable()
export class DroppedLog {
  private capacity = 0;
  private readonly records = new Map<string, RememberedDrop[]>();

  /** Remembers so many records per application from now on. Called before the clients are made. */
  keep(capacity: number): void {
    this.capacity = Math.max(this.capacity, capacity);
  }

  /** Returns what a client calls with each dropped record. `own` is the function of the user. */
  listener(application: string, own: OnDropped | undefined): OnDropped | undefined {
    if (this.capacity === 0) return own;
    const kept: RememberedDrop[] = [];
    this.records.set(application, kept);
    return (record) => {
      kept.push({ at: Date.now(), record });
      if (kept.length > this.capacity) kept.shift();
      own?.(record);
    };
  }

  /** Returns the records of an application, the last one first. */
  of(application: string): readonly RememberedDrop[] {
    return [...(this.records.get(application) ?? [])].reverse();
  }
}
