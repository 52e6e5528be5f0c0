import { handled, StateError } from '@ouzel/core';
import type { RestoreProgress } from './restore-progress.js';
import type { StoreRestore } from './store-restore.js';

/** The restore of all stores of one task: it fails with the first of them, and ends them together. */
export class TaskRestore {
  /**
   * Resolves when all stores are up to date. Rejects with StateError OUZEL_STATE_CORRUPT where local state can not be
   * brought up to date, and with OUZEL_TASK_MIGRATED when the restore is abandoned. Nothing is applied any more when it
   * has settled.
   */
  readonly finished: Promise<void>;
  private stores: readonly StoreRestore[] = [];
  private isAbandoned = false;
  private giveUp!: (reason: Error) => void;

  /** `begin` looks up what is to be read of each store. */
  constructor(
    private readonly taskName: string,
    begin: () => Promise<readonly StoreRestore[]>,
  ) {
    const abandoned = new Promise<never>((_, reject) => (this.giveUp = reject));
    this.finished = Promise.race([this.run(begin), abandoned]).finally(() => this.stop());
    // The task that opens awaits it, but may still be busy with something else, or be gone, when it rejects.
    handled(this.finished);
  }

  /** How far each store is; empty until it is known what is to be read. */
  get progress(): readonly RestoreProgress[] {
    return this.stores.map(({ progress }) => progress);
  }

  /** Gives the restore up. Does nothing when it has ended. */
  abandon(): void {
    this.isAbandoned = true;
    this.giveUp(new StateError('OUZEL_TASK_MIGRATED', { what: 'the restore was given up', where: `task ${this.taskName}` }));
  }

  private async run(begin: () => Promise<readonly StoreRestore[]>): Promise<void> {
    const stores = await begin();
    if (this.isAbandoned) return;
    this.stores = stores;
    for (const store of stores) store.begin();
    await Promise.all(stores.map(({ finished }) => finished));
  }

  private async stop(): Promise<void> {
    await Promise.all(this.stores.map((store) => store.stop()));
  }
}
