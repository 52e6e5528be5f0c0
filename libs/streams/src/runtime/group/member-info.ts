/**
 * What members tell the group beside Kafka's own fields, and what the leader tells them:
 *
 *   version, int16 = 1 | JSON, UTF-8
 *
 * JSON is small, and readable where a member of another version must be understood. Whatever can not be read counts as a member without state: a hostile or
 * newer member never stops the group.
 */
const version = 1;
const maxBytes = 4 * 1024 * 1024;

/** A task by what survives a renumbering of sub-topologies. */
export interface TaskKey {
  readonly fingerprint: string;
  readonly partition: number;
}

export function taskKey({ fingerprint, partition }: TaskKey): string {
  return `${fingerprint}:${partition}`;
}

/** User data of a subscription. */
export interface SubscriptionInfo {
  readonly processId: string;
  /** `host:port` where this instance answers queries; null when it does not. */
  readonly server: string | null;
  /** Tasks that the member runs, by key. */
  readonly running: readonly string[];
  /** Sum of the changelog offsets of the state that lies on its disk, by task key. */
  readonly stateOffsets: Readonly<Record<string, number>>;
}

/** Where a task runs. */
export interface TaskOwner extends TaskKey {
  readonly memberId: string;
  readonly server: string | null;
}

/** User data of an assignment. */
export interface AssignmentInfo {
  readonly active: readonly TaskKey[];
  /** Replicas that only follow their changelogs. */
  readonly standby: readonly TaskKey[];
  readonly owners: readonly TaskOwner[];
  /** Partition counts of the source topics, for routing queries. */
  readonly partitions: Readonly<Record<string, number>>;
  /** The leader could not assign: code and sentence of its error. */
  readonly error: { readonly code: string; readonly what: string } | null;
}

export function encodeSubscription(info: SubscriptionInfo): Buffer {
  return encode(info);
}

export function encodeAssignment(info: AssignmentInfo): Buffer {
  return encode(info);
}

export function decodeSubscription(bytes: Buffer): SubscriptionInfo {
  const data = decode(bytes);
  const offsets = isRecord(data.stateOffsets)
    ? Object.entries(data.stateOffsets).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    : [];
  return {
    processId: text(data.processId) ?? '',
    server: text(data.server),
    running: strings(data.running),
    stateOffsets: Object.fromEntries(offsets),
  };
}

export function decodeAssignment(bytes: Buffer): AssignmentInfo {
  const data = decode(bytes);
  const partitions = isRecord(data.partitions)
    ? Object.entries(data.partitions).filter((entry): entry is [string, number] => typeof entry[1] === 'number')
    : [];
  const error = isRecord(data.error) ? { code: text(data.error.code) ?? 'OUZEL_TOPOLOGY', what: text(data.error.what) ?? '' } : null;
  return {
    active: keys(data.active),
    standby: keys(data.standby),
    owners: records(data.owners).flatMap((owner) =>
      keys([owner]).map((key) => ({ ...key, memberId: text(owner.memberId) ?? '', server: text(owner.server) })),
    ),
    partitions: Object.fromEntries(partitions),
    error,
  };
}

function encode(info: SubscriptionInfo | AssignmentInfo): Buffer {
  const json = Buffer.from(JSON.stringify(info));
  const bytes = Buffer.allocUnsafe(2 + json.length);
  bytes.writeInt16BE(version, 0);
  json.copy(bytes, 2);
  return bytes;
}

function decode(bytes: Buffer): Record<string, unknown> {
  if (bytes.length < 2 || bytes.length > maxBytes || bytes.readInt16BE(0) < 1) return {};
  try {
    const data: unknown = JSON.parse(bytes.toString('utf8', 2));
    return isRecord(data) ? data : {};
  } catch {
    return {};
  }
}

function isRecord(data: unknown): data is Record<string, unknown> {
  return typeof data === 'object' && data !== null && !Array.isArray(data);
}
function records(data: unknown): Record<string, unknown>[] {
  return Array.isArray(data) ? data.filter(isRecord) : [];
}
function text(data: unknown): string | null {
  return typeof data === 'string' ? data : null;
}
function strings(data: unknown): string[] {
  return Array.isArray(data) ? data.filter((item): item is string => typeof item === 'string') : [];
}
function keys(data: unknown): TaskKey[] {
  return records(data).flatMap(({ fingerprint, partition }) =>
    typeof fingerprint === 'string' && typeof partition === 'number' ? [{ fingerprint, partition }] : [],
  );
}
