import type { HeldStore } from '../../query/local-replica.js';
import { StoreNotAvailableError } from '../../query/store-not-available.js';
import type { ReadRule } from '../../query/store-replica.js';
import type { Position, StoreQueries } from '../../state/kind/store-view.js';
import type { StateStore } from '../../state/state-store.js';
import type { StorePlan, SubTopology } from '../../topology/plan.js';
import { taskKey } from '../group/task-key.js';
import type { ManagedTask } from '../lifecycle/managed-task.js';
import type { StandbyTask } from '../standby/standby-task.js';
import type { ClientView } from './client-view.js';

/** A store of a topology, and the part of the topology that keeps it. */
export interface PlacedStore {
  readonly sub: SubTopology;
  readonly store: StorePlan;
}

/** The stores that this client has open. */
export class HeldStores {
  constructor(private readonly client: () => ClientView) {}

  /** Returns the task that this client has by this key, in any state; undefined where it has none. */
  task(key: string): ManagedTask | undefined {
    return this.client().engine?.tasks.tasks.get(key);
  }

  /** Returns the store of a task that processes; undefined where this client has none. */
  active(placed: PlacedStore, partition: number): HeldStore | undefined {
    const key = taskKey({ fingerprint: placed.sub.fingerprint, partition });
    const managed = this.task(key);
    const store = managed === undefined ? undefined : storeOf(managed, placed);
    if (managed === undefined || store === undefined) return undefined;
    return new ActiveStore(this, placed, managed, store);
  }

  /** Returns the copies of the state of a task: of a standby task, or of a task that is being restored. */
  copies(placed: PlacedStore, partition: number): HeldStore[] {
    const key = taskKey({ fingerprint: placed.sub.fingerprint, partition });
    const { engine } = this.client();
    const managed = this.task(key);
    const restoring = managed?.state === 'RESTORING' ? [managed] : [];
    const standbys = (engine?.standbys.all ?? []).filter((task) => task.key === key);
    return [...restoring, ...standbys].flatMap((task) => this.copyOf(placed, partition, task) ?? []);
  }

  /** Returns a global store. Throws StoreNotAvailableError until it is filled. */
  global(plan: StorePlan): HeldStore {
    const { name } = plan.spec;
    const found = () => {
      const { state, engine } = this.client();
      return state.isAlive && engine?.global?.isFilled === true ? engine.global.get(name) : undefined;
    };
    const store = found();
    if (store === undefined) return this.gone(name, 'restoring');
    const checkOpen = () => {
      if (found() !== store) this.gone(name);
    };
    const queries = queriesOf(plan);
    return { name, queries, store, lag: 0, inputs: [], committed: () => store, position: () => ({}), checkOpen };
  }

  /** Throws: the store is not here, or no longer. */
  gone(name: string, reason: 'restoring' | 'migrated' = 'migrated'): never {
    const { state } = this.client();
    if (state.current === 'CREATED') throw new StoreNotAvailableError(name, 'not-started');
    throw new StoreNotAvailableError(name, state.isAlive ? reason : 'stopped');
  }

  /** Throws where the store is no longer here, or the client has ended. */
  requireOpen(name: string, isHere: boolean): void {
    if (!this.client().state.isAlive || !isHere) this.gone(name);
  }

  private copyOf(placed: PlacedStore, partition: number, task: ManagedTask | StandbyTask): HeldStore | undefined {
    const { name } = placed.store.spec;
    const store = task.stores?.get(name);
    const lag = lagOf(task, name);
    if (store === undefined || lag === undefined) return undefined;
    return {
      name,
      queries: queriesOf(placed.store),
      store,
      lag,
      checkOpen: () => this.requireOpen(name, task.stores?.get(name) === store),
      // A copy holds nothing that is not committed.
      committed: () => store,
      position: () => {
        const { changelog } = placed.store;
        const offset = task.changelogOffset(name);
        return changelog === undefined || offset === undefined ? {} : { [changelog]: { [partition]: offset } };
      },
      inputs: placed.sub.sourceTopics.map((topic) => ({ topic, partition })),
    };
  }
}

const noInputs: HeldStore['inputs'] = [];

/** The store of a task that processes. Every read of a key makes one, so it holds no functions of its own. */
class ActiveStore implements HeldStore {
  readonly lag = 0;
  readonly inputs = noInputs;

  constructor(
    private readonly stores: HeldStores,
    private readonly placed: PlacedStore,
    private readonly managed: ManagedTask,
    readonly store: StateStore,
  ) {}

  get name(): string {
    return this.placed.store.spec.name;
  }
  get queries(): StoreQueries<unknown> {
    return queriesOf(this.placed.store);
  }
  async committed(): Promise<StateStore> {
    return (await this.managed.committedStore(this.name)) ?? this.stores.gone(this.name);
  }
  position(isolation: ReadRule['isolation']): Position {
    return inputPosition(this.managed, isolation);
  }
  checkOpen(): void {
    this.stores.requireOpen(this.name, storeOf(this.managed, this.placed) === this.store);
  }
}

function queriesOf({ spec }: StorePlan): StoreQueries<unknown> {
  return spec.kind.contract?.queries ?? {};
}

function storeOf({ state, task }: ManagedTask, { store }: PlacedStore): StateStore | undefined {
  return state === 'RUNNING' ? task?.state.stores.get(store.spec.name) : undefined;
}

function lagOf(task: ManagedTask | StandbyTask, store: string): number | undefined {
  const found = task.progress.find((progress) => progress.store === store);
  if (found === undefined) return undefined;
  return 'remaining' in found ? found.remaining : found.lag;
}

/** Returns the next offsets that a task has not processed, or not committed. */
function inputPosition({ task }: ManagedTask, isolation: ReadRule['isolation']): Position {
  const position: Record<string, Record<number, number>> = {};
  for (const { topic, partition, position: processed } of task?.queues ?? []) {
    const offset = isolation === 'read_committed' ? task?.progress.committedOffset({ topic, partition }) : processed;
    if (offset !== undefined && offset >= 0) (position[topic] ??= {})[partition] = offset;
  }
  return position;
}
