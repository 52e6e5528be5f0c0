import type { Position, StoreQueries } from '../state/kind/store-view.js';
import type { StateStore } from '../state/state-store.js';
import { isReached, nowhere, type InputPartition } from './positions.js';
import type { AnyEntry, NamedQuery, ReadRule, ReplicaAnswer, ReplicaScan, StoreReplica } from './store-replica.js';
import { StoreNotAvailableError } from './store-not-available.js';

/** A store of this thread, as the runtime knows it. */
export interface HeldStore {
  readonly name: string;
  readonly queries: StoreQueries<unknown>;
  /** How many offsets of its changelog it is behind. */
  readonly lag: number;
  /** The store with what is processed and not committed yet. */
  readonly store: StateStore;
  /** Returns the store as the last commit left it, when no commit is under way. */
  committed(): StateStore | Promise<StateStore>;
  /** The partitions that its task reads. */
  readonly inputs: readonly InputPartition[];
  position(isolation: ReadRule['isolation']): Position;
  /** Throws StoreNotAvailableError once the store is no longer open. */
  checkOpen(): void;
}

/** The position is looked up where somebody asks for it. */
class LocalAnswer implements ReplicaAnswer {
  constructor(
    readonly value: unknown,
    private readonly held: HeldStore,
    private readonly rule: ReadRule,
  ) {}

  get lag(): number {
    return this.held.lag;
  }
  get position(): Position {
    return this.held.position(this.rule.isolation);
  }
}

/**
 * A store of this thread. A task may close or move between two steps of a query. An error of its database then becomes
 * a StoreNotAvailableError.
 */
export class LocalReplica implements StoreReplica {
  constructor(private readonly held: HeldStore) {}

  async ask({ name, parameters }: NamedQuery, rule: ReadRule): Promise<ReplicaAnswer> {
    const { held } = this;
    const store = await this.open(rule);
    const value = await this.whileOpen(() => held.queries[name]!(store, ...parameters));
    return new LocalAnswer(value, held, rule);
  }

  async scan({ name, parameters, limit }: NamedQuery, rule: ReadRule): Promise<ReplicaScan> {
    const store = await this.open(rule);
    const position = this.held.position(rule.isolation);
    const entries = await this.whileOpen(() => this.held.queries[name]!(store, ...parameters) as AsyncIterable<AnyEntry>);
    return { lag: this.held.lag, position, entries: this.steps(entries, limit) };
  }

  private open({ isolation, atLeast }: ReadRule): StateStore | Promise<StateStore> {
    const { held } = this;
    held.checkOpen();
    if (atLeast !== nowhere && !isReached(atLeast, held.position(isolation), held.inputs))
      throw new StoreNotAvailableError(held.name, 'behind');
    return isolation === 'read_committed' ? held.committed() : held.store;
  }

  private async *steps(entries: AsyncIterable<AnyEntry>, limit: number): AsyncGenerator<AnyEntry> {
    const iterator = entries[Symbol.asyncIterator]();
    try {
      for (let left = limit; left > 0; left--) {
        const next = await this.whileOpen(() => iterator.next());
        if (next.done === true) return;
        yield next.value;
      }
    } finally {
      await iterator.return?.();
    }
  }

  private async whileOpen<T>(step: () => T | Promise<T>): Promise<T> {
    try {
      return await step();
    } catch (thrown) {
      this.held.checkOpen();
      throw thrown;
    }
  }
}
