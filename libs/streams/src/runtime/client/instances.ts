import { asError, Headers, partitionOf } from '@ouzel/core';
import { serdeTopic } from '../../query/open-view.js';
import type { PeerClient } from '../../query/remote/peer-client.js';
import type { WireData } from '../../query/remote/wire-data.js';
import { StoreNotAvailableError } from '../../query/store-not-available.js';
import { serialized, type Serde } from '../../serdes/serde.js';
import type { AssignmentInfo, TaskOwner } from '../group/assignment-info.js';
import { taskName } from '../task/task-id.js';
import type { ApplicationStatus } from './application-status.js';
import type { ClientStores } from './client-stores.js';
import type { ClientView } from './client-view.js';
import type { MetricFamily } from '../../metrics/metric-family.js';

/** An instance of the application, as the last assignment of the group names it. */
export interface InstanceInfo {
  readonly memberId: string;
  /** Its `applicationServer`; null where it has published none. */
  readonly server: string | null;
  readonly isSelf: boolean;
  /** The tasks that it runs, such as '0_1'. */
  readonly tasks: readonly string[];
  /** The tasks of whose state it keeps a copy. */
  readonly standbys: readonly string[];
}

/** The report of an instance about itself. */
export interface InstanceStatus {
  readonly status: ApplicationStatus;
  readonly metrics: readonly MetricFamily[];
}

/** The answer of one instance. Where it can not be asked, `failure` says why. */
export type InstanceAnswer = { readonly instance: InstanceInfo } & (
  ({ readonly failure: null } & InstanceStatus) | { readonly failure: Error; readonly status: null; readonly metrics: null }
);

/** Where a key lives (KeyQueryMetadata of Kafka Streams). */
export interface KeyMetadata {
  /** The partition of the task that has the key; -1 for a global store, which every instance has. */
  readonly partition: number;
  /** The instance that runs the task; null while none does. */
  readonly active: InstanceInfo | null;
  /** The instances that keep a copy. */
  readonly standbys: readonly InstanceInfo[];
}

/** How the partition of a key is found. */
export interface KeyPlacement<K> {
  /** Default: the serde of the store's keys. */
  readonly serde?: Serde<K>;
  /** Headers that the serde is called with. Default: none. */
  readonly headers?: Headers;
  /** Says where the records of the key are, of so many partitions. Default: that of Kafka's producers, murmur2. */
  readonly partitioner?: (key: K, partitions: number, headers: Headers) => number;
}

/** How long an instance may take to say how it is, ms. */
const statusTimeoutMs = 3_000;

/** The instances of the application, as this client knows them. */
export class Instances {
  constructor(
    private readonly client: () => ClientView,
    private readonly stores: ClientStores,
    private readonly peers: PeerClient | undefined,
    private readonly own: () => InstanceStatus,
  ) {}

  /** Returns all instances; none before the first assignment, and when the client has ended. */
  get all(): readonly InstanceInfo[] {
    const { engine, plan, state } = this.client();
    const assignment = state.isAlive ? engine?.session.assignment : undefined;
    if (assignment === undefined) return [];
    const self = engine?.member.identity?.memberId;
    const named = ({ fingerprint, partition }: TaskOwner) => {
      const sub = plan.subTopologies.find((one) => one.fingerprint === fingerprint);
      return sub === undefined ? [] : [taskName({ subtopology: sub.id, partition })];
    };
    const tasksOf = (owners: readonly TaskOwner[], memberId: string) =>
      owners
        .filter((owner) => owner.memberId === memberId)
        .flatMap(named)
        .sort(byNumbers);
    return membersOf(assignment).map(({ memberId, server }) => ({
      memberId,
      server,
      isSelf: memberId === self,
      tasks: tasksOf(assignment.owners, memberId),
      standbys: tasksOf(assignment.copies, memberId),
    }));
  }

  /** Asks all instances at one time how they are. */
  async ask(question: 'status'): Promise<readonly InstanceAnswer[]> {
    return Promise.all(this.all.map((instance) => this.askOne(question, instance)));
  }

  /** Returns the instances that have a store. Throws OUZEL_STORE_UNKNOWN. */
  withStore(store: string): readonly InstanceInfo[] {
    if (this.stores.globalPlan(store) !== undefined) return this.all;
    const { id } = this.stores.placed(store).sub;
    return this.all.filter(({ tasks, standbys }) => [...tasks, ...standbys].some((task) => task.startsWith(`${id}_`)));
  }

  /** Returns where a key lives. Throws OUZEL_STORE_UNKNOWN, and StoreNotAvailableError before the first assignment. */
  ofKey<K>(store: string, key: K, placement: KeyPlacement<K>): KeyMetadata {
    if (this.stores.globalPlan(store) !== undefined)
      return { partition: -1, active: this.all.find(({ isSelf }) => isSelf) ?? null, standbys: [] };
    const placed = this.stores.placed(store);
    const count = this.stores.partitionCount(placed);
    const { headers = Headers.empty, partitioner, serde = placed.store.spec.key } = placement;
    const topic = serdeTopic(this.client().plan.applicationId, placed.store);
    const partition = partitioner?.(key, count, headers) ?? partitionOf(serialized(serde as Serde<K>, key, topic, headers), count);
    const task = taskName({ subtopology: placed.sub.id, partition });
    const { all } = this;
    return {
      partition,
      active: all.find(({ tasks }) => tasks.includes(task)) ?? null,
      standbys: all.filter(({ standbys }) => standbys.includes(task)),
    };
  }

  private async askOne(question: 'status', instance: InstanceInfo): Promise<InstanceAnswer> {
    if (instance.isSelf) return { instance, failure: null, ...this.own() };
    try {
      return { instance, failure: null, ...(await this.remoteStatus(question, instance.server)) };
    } catch (thrown) {
      return { instance, failure: asError(thrown), status: null, metrics: null };
    }
  }

  private async remoteStatus(kind: 'status', server: string | null): Promise<InstanceStatus> {
    const subject = 'status';
    if (this.peers === undefined || !this.peers.canAsk(server)) throw new StoreNotAvailableError(subject, 'elsewhere', server);
    const request = { kind, application: this.client().plan.applicationId };
    const { first, close } = await this.peers.exchange(server, subject, request, statusTimeoutMs);
    close();
    if (first.kind !== 'answer') throw new StoreNotAvailableError(subject, 'refused', server);
    return statusFromWire(first.value);
  }
}

/**
 * Returns the status as data: the failure of the client is an Error, which can not be sent. Interfaces have no index
 * signature, so the compiler does not see that they are data.
 */
export function statusToWire({ status, metrics }: InstanceStatus): WireData {
  const { failure } = status;
  return { status: { ...status, failure: failure?.message ?? null }, metrics } as unknown as WireData;
}

function statusFromWire(data: WireData): InstanceStatus {
  const { status, metrics } = data as unknown as InstanceStatus & { readonly status: { readonly failure: string | null } };
  const { failure } = status as { readonly failure: string | null };
  return { status: { ...status, failure: failure === null ? null : new Error(failure) }, metrics };
}

/** A leader of an earlier version names only the owners of tasks. */
function membersOf({ members, owners, copies }: AssignmentInfo): { readonly memberId: string; readonly server: string | null }[] {
  const known = new Map([...owners, ...copies, ...members].map(({ memberId, server }) => [memberId, server]));
  return [...known].map(([memberId, server]) => ({ memberId, server }));
}

function byNumbers(a: string, b: string): number {
  return a.localeCompare(b, 'en', { numeric: true });
}
