import { partitionOf, OuzelError } from '@ouzel/core';
import { openView } from '../../query/open-view.js';
import { StoreNotAvailableError } from '../../query/store-not-available.js';
import type { FoundStore, Reading, StoreAccess } from '../../query/store-access.js';
import type { StoreView } from '../../state/kind/store-view.js';
import type { StateStore } from '../../state/state-store.js';
import type { StorePlan, SubTopology } from '../../topology/plan.js';
import type { AssignmentInfo } from '../group/assignment-info.js';
import { taskKey } from '../group/task-key.js';
import type { ManagedTask } from '../lifecycle/managed-task.js';
import type { ClientView } from './client-view.js';

/** Finds the store that has a key among the tasks of this client, or the instance that runs it. */
export class ClientStores implements StoreAccess {
  private readonly views = new Map<string, StoreView>();

  constructor(private readonly client: () => ClientView) {}

  /** Throws OUZEL_STORE_UNKNOWN. */
  view(name: string): StoreView {
    const known = this.views.get(name);
    if (known !== undefined) return known;
    const view = openView(this.globalPlan(name) ?? this.planOf(name).store, this.client().plan.applicationId, this);
    this.views.set(name, view);
    return view;
  }

  ofKey(name: string, key: Buffer, reading: Reading): FoundStore {
    if (this.globalPlan(name) !== undefined) return { store: this.global(name), lag: 0 };
    const { sub } = this.planOf(name);
    const assignment = this.ready(name);
    const { engine, tasks } = this.client();
    const count = Math.max(...sub.sourceTopics.map((topic) => assignment.partitions[topic] ?? 0), 1);
    const partition = partitionOf(key, count);
    const wanted = taskKey({ fingerprint: sub.fingerprint, partition });
    const copy = reading === 'stale' ? this.copies(name).find((found) => found.task === wanted) : undefined;
    const managed = tasks.find(({ key: of }) => of === wanted);
    if (managed !== undefined && (managed.state === 'RUNNING' || copy === undefined)) return { store: this.storeOf(name, managed), lag: 0 };
    if (copy !== undefined) return copy;
    const owner = assignment.owners.find(({ fingerprint, partition: owned }) => fingerprint === sub.fingerprint && owned === partition);
    if (owner !== undefined && owner.memberId !== engine?.member.identity?.memberId)
      throw new StoreNotAvailableError(name, 'elsewhere', owner.server);
    throw new StoreNotAvailableError(name, 'migrated');
  }

  all(name: string, reading: Reading): readonly FoundStore[] {
    if (this.globalPlan(name) !== undefined) return [{ store: this.global(name), lag: 0 }];
    const { sub } = this.planOf(name);
    this.ready(name);
    const mine = this.client().tasks.filter(({ plan }) => plan.fingerprint === sub.fingerprint);
    const processing = reading === 'active' ? mine : mine.filter(({ state }) => state === 'RUNNING');
    const found = processing.map((managed): FoundStore => ({ store: this.storeOf(name, managed), lag: 0 }));
    return reading === 'active' ? found : [...found, ...this.copies(name)];
  }

  /** Returns the copies of standby tasks, and what is being restored. */
  private copies(name: string): readonly (FoundStore & { readonly task: string })[] {
    const { engine, tasks } = this.client();
    const restoring = tasks.filter(({ state }) => state === 'RESTORING');
    const ofStandbys = (engine?.standbys.all ?? []).map(({ key, stores, progress }) => ({
      task: key,
      store: stores?.get(name),
      lag: progress.find(({ store }) => store === name)?.lag ?? 0,
    }));
    const ofRestores = restoring.map(({ key, stores, progress }) => ({
      task: key,
      store: stores?.get(name),
      lag: progress.find(({ store }) => store === name)?.remaining,
    }));
    return [...ofRestores, ...ofStandbys].flatMap(({ task, store, lag }) =>
      store === undefined || lag === undefined ? [] : [{ task, store, lag }],
    );
  }

  private globalPlan(name: string): StorePlan | undefined {
    return this.client().plan.global?.stores.find(({ spec }) => spec.name === name);
  }

  private global(name: string): StateStore {
    const { state, engine } = this.client();
    const store = engine?.global?.isFilled === true ? engine.global.get(name) : undefined;
    if (store !== undefined && state.isAlive) return store;
    throw new StoreNotAvailableError(name, state.current === 'CREATED' ? 'not-started' : state.isAlive ? 'restoring' : 'stopped');
  }

  private storeOf(name: string, managed: ManagedTask): StateStore {
    const store = managed.state === 'RUNNING' ? managed.task?.state.stores.get(name) : undefined;
    if (store === undefined)
      throw new StoreNotAvailableError(name, managed.state === 'RESTORING' || managed.state === 'CREATED' ? 'restoring' : 'migrated');
    return store;
  }

  /** The assignment, once there is one and as long as the client lives. */
  private ready(name: string): AssignmentInfo {
    const { state, engine } = this.client();
    const assignment = engine?.session.assignment;
    if (state.current === 'CREATED') throw new StoreNotAvailableError(name, 'not-started');
    if (!state.isAlive) throw new StoreNotAvailableError(name, 'stopped');
    if (assignment === undefined) throw new StoreNotAvailableError(name, 'rebalancing');
    return assignment;
  }

  private planOf(name: string): { readonly sub: SubTopology; readonly store: StorePlan } {
    const { subTopologies } = this.client().plan;
    for (const sub of subTopologies) {
      const store = sub.stores.find(({ spec }) => spec.name === name);
      if (store !== undefined) return { sub, store };
    }
    const stores = [...subTopologies.flatMap((sub) => sub.stores), ...(this.client().plan.global?.stores ?? [])];
    const names = stores.filter(({ spec }) => spec.kind.contract !== undefined).map(({ spec }) => spec.name);
    throw new OuzelError('OUZEL_STORE_UNKNOWN', {
      what: `there is no store "${name}"`,
      help: names.length === 0 ? 'The topology has no store that can be read.' : `There are: ${names.join(', ')}.`,
    });
  }
}
