import { partitionOf, OuzelError } from '@ouzel/core';
import { LocalReplica, type HeldStore } from '../../query/local-replica.js';
import { openView, serdeTopic } from '../../query/open-view.js';
import type { PeerClient } from '../../query/remote/peer-client.js';
import type { ServedStore } from '../../query/remote/peer-server.js';
import { RemoteReplica } from '../../query/remote/remote-replica.js';
import { WireCodec } from '../../query/remote/wire-codec.js';
import type { StoreRequest } from '../../query/remote/wire-requests.js';
import type { QueryDefaults } from '../../query/replica-reach.js';
import { StoreNotAvailableError } from '../../query/store-not-available.js';
import type { ReadRule, StoreAccess, StoreReplica } from '../../query/store-replica.js';
import type { StoreView } from '../../state/kind/store-view.js';
import type { StorePlan, SubTopology } from '../../topology/plan.js';
import type { AssignmentInfo, TaskOwner } from '../group/assignment-info.js';
import { taskKey } from '../group/task-key.js';
import { readsTopic } from '../topics/source-topics.js';
import type { ClientView } from './client-view.js';
import { HeldStores, type PlacedStore } from './held-stores.js';

/** Finds the store that has a key: among the tasks of this client, or on the instance that runs its task. */
export class ClientStores implements StoreAccess {
  private readonly views = new Map<string, StoreView>();
  private readonly codecs = new Map<string, WireCodec>();
  private readonly held: HeldStores;
  /** How many tasks each sub-topology has by the assignment `counted`. */
  private readonly counts = new Map<SubTopology, number>();
  private counted: AssignmentInfo | undefined;

  /** `peers` asks other instances; undefined where that is not configured. */
  constructor(
    private readonly client: () => ClientView,
    private readonly defaults: QueryDefaults,
    private readonly peers: PeerClient | undefined,
  ) {
    this.held = new HeldStores(client);
  }

  /** Throws OUZEL_STORE_UNKNOWN. */
  view(name: string): StoreView {
    const known = this.views.get(name);
    if (known !== undefined) return known;
    const view = openView(this.globalPlan(name) ?? this.placed(name).store, this.client().plan.applicationId, this, this.defaults);
    this.views.set(name, view);
    return view;
  }

  ofKey(name: string, key: Buffer, reading: ReadRule['reading']): readonly StoreReplica[] {
    const global = this.globalPlan(name);
    if (global !== undefined) return [new LocalReplica(this.held.global(global))];
    const placed = this.placed(name);
    return this.replicas(placed, partitionOf(key, this.partitionCount(placed)), reading);
  }

  /** Where no other instance can be asked, these are the stores of this one. */
  all(name: string, reading: ReadRule['reading']): readonly (readonly StoreReplica[])[] {
    const global = this.globalPlan(name);
    if (global !== undefined) return [[new LocalReplica(this.held.global(global))]];
    const placed = this.placed(name);
    const partitions = Array.from({ length: this.partitionCount(placed) }, (_, partition) => partition);
    if (this.peers !== undefined) return partitions.map((partition) => this.replicas(placed, partition, reading));
    return partitions
      .filter((partition) => this.isOwn(placed, partition, reading))
      .map((partition) => this.replicas(placed, partition, reading));
  }

  /** Returns a store of this instance for another one: see PeerServerOptions. */
  served({ store: name, fingerprint, partition, query, rule }: StoreRequest): ServedStore {
    const { state, engine } = this.client();
    const placed = this.placedOrUndefined(name);
    if (!state.isAlive || engine === undefined) return this.held.gone(name);
    if (placed?.sub.fingerprint !== fingerprint) throw new StoreNotAvailableError(name, 'migrated');
    if (!Object.hasOwn(placed.store.spec.kind.contract?.queries ?? {}, query))
      throw new OuzelError('OUZEL_STATE', { what: `store "${name}" has no query "${query}"` });
    // After a pause of the process the task may be with another member by now.
    const isSure = engine.session.generation !== undefined && engine.member.isConfirmed;
    const active = isSure ? this.held.active(placed, partition) : undefined;
    const held = active ?? (rule.reading === 'stale' ? this.held.copies(placed, partition)[0] : undefined);
    if (held === undefined) throw this.absence(placed, partition);
    return { replica: new LocalReplica(held), codec: this.codecOf(placed.store) };
  }

  /** Returns a store that tasks keep. Throws OUZEL_STORE_UNKNOWN. */
  placed(name: string): PlacedStore {
    const found = this.placedOrUndefined(name);
    if (found !== undefined) return found;
    const { subTopologies, global } = this.client().plan;
    const stores = [...subTopologies.flatMap((sub) => sub.stores), ...(global?.stores ?? [])];
    const names = stores.filter(({ spec }) => spec.kind.contract !== undefined).map(({ spec }) => spec.name);
    throw new OuzelError('OUZEL_STORE_UNKNOWN', {
      what: `there is no store "${name}"`,
      help: names.length === 0 ? 'The topology has no store that can be read.' : `There are: ${names.join(', ')}.`,
    });
  }

  globalPlan(name: string): StorePlan | undefined {
    return this.client().plan.global?.stores.find(({ spec }) => spec.name === name);
  }

  /** Returns the assignment, once there is one and as long as the client lives. Throws StoreNotAvailableError. */
  assignment(name: string): AssignmentInfo {
    const { state, engine } = this.client();
    const assignment = engine?.session.assignment;
    if (state.current === 'CREATED' || !state.isAlive) return this.held.gone(name);
    if (assignment === undefined) throw new StoreNotAvailableError(name, 'rebalancing');
    return assignment;
  }

  /** Returns how many tasks share a store. Throws StoreNotAvailableError. */
  partitionCount({ sub, store }: PlacedStore): number {
    const assignment = this.assignment(store.spec.name);
    if (this.counted !== assignment) {
      this.counted = assignment;
      this.counts.clear();
    }
    let count = this.counts.get(sub);
    if (count === undefined) {
      const counts = Object.entries(assignment.partitions).filter(([topic]) => readsTopic(sub, topic));
      this.counts.set(sub, (count = Math.max(1, ...counts.map(([, partitions]) => partitions))));
    }
    return count;
  }

  /** Returns the replicas of one task, the best one first. Throws StoreNotAvailableError where there is none. */
  private replicas(placed: PlacedStore, partition: number, reading: ReadRule['reading']): readonly StoreReplica[] {
    const active = this.held.active(placed, partition);
    if (active !== undefined) return [new LocalReplica(active)];
    const copies: HeldStore[] = reading === 'stale' ? this.held.copies(placed, partition) : [];
    const local = copies.map((copy) => new LocalReplica(copy));
    const remote = this.remote(placed, partition, reading);
    if (local.length + remote.length === 0) throw this.absence(placed, partition);
    return [...local, ...remote];
  }

  /** Returns the replicas on other instances that may be asked: of the task that processes, then copies. */
  private remote(placed: PlacedStore, partition: number, reading: ReadRule['reading']): StoreReplica[] {
    const { peers } = this;
    if (peers === undefined) return [];
    const { owners, copies } = this.assignment(placed.store.spec.name);
    const candidates = reading === 'stale' ? [...owners, ...copies] : owners;
    const servers = candidates
      .filter((owner) => isOf(owner, placed, partition) && owner.memberId !== this.memberId)
      .map(({ server }) => server)
      .filter((server) => peers.canAsk(server));
    const target = {
      application: this.client().plan.applicationId,
      store: placed.store.spec.name,
      fingerprint: placed.sub.fingerprint,
      partition,
    };
    return [...new Set(servers)].map((server) => new RemoteReplica(peers, server, target, this.codecOf(placed.store)));
  }

  /** Says why no replica of a task can be asked. */
  private absence(placed: PlacedStore, partition: number): StoreNotAvailableError {
    const { name } = placed.store.spec;
    const key = taskKey({ fingerprint: placed.sub.fingerprint, partition });
    const managed = this.held.task(key);
    if (managed !== undefined)
      return new StoreNotAvailableError(name, managed.state === 'RESTORING' || managed.state === 'CREATED' ? 'restoring' : 'migrated');
    const owner = this.assignment(name).owners.find((one) => isOf(one, placed, partition));
    if (owner !== undefined && owner.memberId !== this.memberId) return new StoreNotAvailableError(name, 'elsewhere', owner.server);
    return new StoreNotAvailableError(name, 'migrated');
  }

  private isOwn(placed: PlacedStore, partition: number, reading: ReadRule['reading']): boolean {
    const key = taskKey({ fingerprint: placed.sub.fingerprint, partition });
    if (reading === 'active') return this.held.task(key) !== undefined;
    return this.held.active(placed, partition) !== undefined || this.held.copies(placed, partition).length > 0;
  }

  private codecOf(store: StorePlan): WireCodec {
    const { name } = store.spec;
    let codec = this.codecs.get(name);
    if (codec === undefined)
      this.codecs.set(name, (codec = new WireCodec(store.spec, serdeTopic(this.client().plan.applicationId, store))));
    return codec;
  }

  private placedOrUndefined(name: string): PlacedStore | undefined {
    for (const sub of this.client().plan.subTopologies) {
      const store = sub.stores.find(({ spec }) => spec.name === name);
      if (store !== undefined) return { sub, store };
    }
    return undefined;
  }

  private get memberId(): string | undefined {
    return this.client().engine?.member.identity?.memberId;
  }
}

function isOf(owner: TaskOwner, { sub }: PlacedStore, partition: number): boolean {
  return owner.fingerprint === sub.fingerprint && owner.partition === partition;
}
