import { countIn, decodeUserData, encodeUserData, entriesIn, textIn, textsIn } from './user-data.js';

/** The user data of a subscription: what a member tells the leader when it joins. */
export interface SubscriptionInfo {
  readonly processId: string;
  /** `host:port` where this instance serves queries; null when it serves none. */
  readonly server: string | null;
  /** Tasks that the member runs, by key. */
  readonly running: readonly string[];
  /** Sums of the changelog offsets of the state on its disk, by task key. */
  readonly stateOffsets: Readonly<Record<string, number>>;
  /**
   * The sub-topologies that the member can run, as `packTopology` writes them. Null where its version does not announce
   * them: then they are taken to be those of the leader.
   */
  readonly topology: string | null;
  /** The topics that the patterns of its source nodes match, by node. */
  readonly matched: Readonly<Record<string, readonly string[]>>;
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
    server: textIn(data.server),
    running: textsIn(data.running),
    stateOffsets: entriesIn(data.stateOffsets, countIn),
    topology: textIn(data.topology),
    matched: entriesIn(data.matched, textsIn),
  };
}
