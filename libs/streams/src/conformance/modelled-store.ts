import type { Dice } from './dice.js';
import { putInto, type Setup, type StoreLab } from './store-lab.js';

/** The events that can happen to a task between two puts. */
export type TaskEvent = 'flush' | 'begin of a commit' | 'commit' | 'crash' | 'crash and abort' | 'abort';

const weights: Readonly<Record<TaskEvent, number>> = {
  flush: 3,
  'begin of a commit': 2,
  commit: 3,
  crash: 1,
  'crash and abort': 1,
  abort: 1,
};

/** A store, and beside it a map that always holds what the store should hold. */
export class ModelledStore<S, V> {
  private entries = new Map<string, V>();
  private logged = new Map<string, V>();
  private committed = new Map<string, V>();

  constructor(
    readonly lab: StoreLab<S>,
    private readonly setup: Setup,
  ) {}

  get store(): S {
    return this.lab.store;
  }

  get(key: string): V | null {
    return this.entries.get(key) ?? null;
  }

  values(): V[] {
    return [...this.entries.values()];
  }

  /** Notes what was put into the store. Null deletes. */
  put(key: string, value: V | null): void {
    putInto(this.entries, key, value);
    if (!this.setup.cached) this.logged = new Map(this.entries);
  }

  async happen(dice: Dice): Promise<void> {
    await this.events[dice.weighted(weights)]();
  }

  private readonly events: Readonly<Record<TaskEvent, () => Promise<void>>> = {
    flush: async () => {
      await this.lab.flush();
      this.logged = new Map(this.entries);
    },
    'begin of a commit': async () => {
      await this.lab.prepareCommit();
      this.logged = new Map(this.entries);
    },
    commit: async () => {
      await this.lab.commit();
      this.committed = new Map(this.entries);
      this.logged = new Map(this.entries);
    },
    crash: async () => {
      await this.lab.crash('kept');
      this.entries = new Map(this.logged);
      this.committed = new Map(this.logged);
    },
    'crash and abort': async () => {
      await this.lab.crash('aborted');
      this.backToCommitted();
    },

    abort: async () => {
      this.lab.discard();
      this.backToCommitted();
    },
  };

  private backToCommitted(): void {
    this.entries = new Map(this.committed);
    this.logged = new Map(this.committed);
  }
}
