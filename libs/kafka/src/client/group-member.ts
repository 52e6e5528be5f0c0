import type { DriverError } from './failures.js';
import type { GroupIdentity, OffsetCommit } from './producer.js';
import type { TopicPartition } from './topic-partition.js';

export interface MemberOptions {
  readonly group: string;
  readonly instanceId: string | undefined;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** How long the group waits for this member to rejoin, ms. */
  readonly rebalanceTimeoutMs: number;
  /** Name of the protocol inside the protocol type `consumer`: `ouzel`. */
  readonly protocol: string;
}

/** Sent by a member at each join. The driver wraps it in a valid ConsumerProtocolSubscription. */
export interface Subscription {
  readonly topics: readonly string[];
  readonly owned: readonly TopicPartition[];
  readonly userData: Buffer;
}
export interface MemberSubscription extends Subscription {
  readonly memberId: string;
  readonly instanceId: string | undefined;
}
export interface Assignment {
  readonly partitions: readonly TopicPartition[];
  readonly userData: Buffer;
}

/**
 * Called by a member in the course of its membership. The member awaits every promise before it goes on, and sends
 * heartbeats meanwhile.
 */
export interface GroupListener {
  /** Called before each join. */
  subscription(): Subscription | Promise<Subscription>;
  /** Called on the leader only. Returns an assignment for each member, by member id. */
  assign(members: readonly MemberSubscription[]): Promise<ReadonlyMap<string, Assignment>>;
  /**
   * Called with the new assignment. Resolves when the listener has given up all partitions that are not in it: to
   * 'rejoin' when there were any, so that another member may get them, else to 'stay'.
   */
  assigned(assignment: Assignment, generation: number): Promise<'stay' | 'rejoin'>;
  /** Called when a rebalance begins. The listener may go on processing. */
  rebalancing(): void;
  /** Called when the membership is lost: the partitions belong to others by now, and no commit can succeed. */
  lost(reason: DriverError): Promise<void>;
  /** Called when the member has stopped because of a fatal failure. */
  failed(error: DriverError): void;
}

/**
 * Says how the membership ends when a member stops (KIP-1284). `leave`: the group shares out its partitions at once.
 * `remain`: it keeps them until the session ends, for a member that is soon back. `default`: a static member remains,
 * any other leaves.
 */
export type MembershipAtEnd = 'default' | 'leave' | 'remain';

export interface GroupMember {
  /** Joins, and stays joined in the background. */
  start(listener: GroupListener): void;
  /** Undefined outside a generation. */
  readonly identity: GroupIdentity | undefined;
  /**
   * True when the coordinator has confirmed the membership within the last session timeout. False after the process
   * was paused for longer than that.
   */
  readonly isConfirmed: boolean;
  /**
   * Resolves when `isConfirmed` is true; sends a heartbeat when it is not. Throws `rejoin` when this member has lost
   * its place in the group.
   */
  confirm(): Promise<void>;
  /**
   * Resolves to the identity when no join of this member is under way: the group refuses the offsets of a generation
   * that it has left. Throws `rejoin` when this member has lost its place.
   */
  settled(): Promise<GroupIdentity>;
  /**
   * Commits as the current member. Repeats requests that fail with `retriable`, waits for the end of a rebalance, and
   * leaves out the offsets of topics that are gone. Throws `rejoin` when this member has lost its place in the group.
   */
  commit(offsets: readonly OffsetCommit[]): Promise<void>;
  /** Makes the member join again soon. The reason appears in the broker's log. */
  rejoin(reason: string): void;
  /** Stops. The reason appears in the broker's log where the member leaves the group. */
  stop(options?: { membership?: MembershipAtEnd; reason?: string }): Promise<void>;
}
