import { countIn, decodeUserData, encodeUserData, entriesIn, isRecord, serverIn, textIn, textsIn } from './user-data.js';

/** The user data of a subscription, which a member sends to the leader when it joins. */
export interface SubscriptionInfo {
  readonly processId: string;
  /** `host:port` where this instance serves queries; null when it serves none. */
  readonly server: string | null;
  /** Tasks that the member runs, by key. */
  readonly running: readonly string[];
  /** The running tasks whose state is still being restored. */
  readonly restoring: readonly string[];
  /**
   * The standby tasks of the member, by key, with the number of the replica; null for a warm-up. It is null as a whole
   * where its version can not have standby tasks.
   */
  readonly standby: Readonly<Record<string, number | null>> | null;
  /** Tags that say where the instance is, by which standby tasks are spread (KIP-708). */
  readonly tags: Readonly<Record<string, string>>;
  /** Sums of the changelog offsets of the state that it has, by task key. */
  readonly stateOffsets: Readonly<Record<string, number>>;
  /**
   * The sub-topologies that the member can run, as `packTopology` writes them. Null where its version does not announce
   * them: then they are taken to be those of the leader.
   */
  readonly topology: string | null;
  /** The topics that the patterns of its source nodes match, by node. */
  readonly matched: Readonly<Record<string, readonly string[]>>;
  /** Whether the member asks all members of the application to end (KIP-671). */
  readonly endsApplication: boolean;
}

export function encodeSubscription(info: SubscriptionInfo): Buffer {
  return encodeUserData(info);
}

/** Returns undefined where the bytes can not be read. */
export function decodeSubscription(bytes: Buffer): SubscriptionInfo | undefined {
  const data = decodeUserData(bytes);
  if (data === undefined) return undefined;
  return {
    processId: textIn(data.processId) ?? '',
    server: serverIn(data.server),
    running: textsIn(data.running),
    restoring: textsIn(data.restoring),
    standby: isRecord(data.standby) ? entriesIn(data.standby, (replica) => (replica === null ? null : countIn(replica))) : null,
    tags: entriesIn(data.tags, (value) => textIn(value) ?? undefined),
    stateOffsets: entriesIn(data.stateOffsets, countIn),
    topology: textIn(data.topology),
    matched: entriesIn(data.matched, textsIn),
    endsApplication: data.endsApplication === true,
  };
}
