import { Listeners, type Clock } from '@ouzel/core';
import type { RestoreEvent } from '../restore/restore-progress.js';

/** Counts the restores of a client, those that are over included, and tells listeners about them. */
export class RestoreLog {
  /** Epoch ms; null before the first restore. */
  lastProgressAt: number | null = null;
  private readonly listeners: Listeners<[RestoreEvent]>;
  private readonly sums = new Map<string, number>();
  /** Records that a restore which is under way has added to the sum of its store, by task and store. */
  private readonly counted = new Map<string, number>();

  constructor(
    private readonly clock: Clock,
    listenerFailed: (error: Error) => void,
  ) {
    this.listeners = new Listeners(listenerFailed);
  }

  /** Returns a function that ends the listening. */
  onRestore(listener: (event: RestoreEvent) => void): () => void {
    return this.listeners.add(listener);
  }

  /** Notes the event, and tells the listeners. */
  note(event: RestoreEvent): void {
    const { store, taskId, kind, records } = event;
    const restore = `${taskId} ${store}`;
    this.lastProgressAt = this.clock.now();
    const before = kind === 'start' ? 0 : (this.counted.get(restore) ?? 0);
    this.counted.set(restore, records);
    this.sums.set(store, (this.sums.get(store) ?? 0) + records - before);
    this.listeners.notify(event);
  }

  /** Records restored so far, by store. */
  get restored(): ReadonlyMap<string, number> {
    return this.sums;
  }
}
