import type { Headers } from '../serdes/headers.js';
import { OuzelError, type ErrorParts, type ErrorCode } from '../errors/index.js';

export interface TopicPartition {
  readonly topic: string;
  readonly partition: number;
}

/**
 * What can be done about a failed request:
 * `retriable` (again later; leader and coordinator are looked up anew by the driver), `rejoin` (this member is no longer part of the generation),
 * `fenced` (another took over: drop the work, begin anew), `abortable` (end the transaction, go on from the last commit), `record` (this record or batch
 * can never be written), `out-of-range` (the offset does not exist), `missing` (topic or partition does not exist), `fatal` (tell the user), `closed`.
 */
export type FailureKind = 'retriable' | 'rejoin' | 'fenced' | 'abortable' | 'record' | 'out-of-range' | 'missing' | 'fatal' | 'closed';

/** A request to Kafka failed. `kafkaCode` is the protocol's error code, -1 when the failure was in the connection. */
export class DriverError extends OuzelError {
  constructor(
    readonly kind: FailureKind,
    readonly kafkaCode: number,
    parts: ErrorParts,
    code: ErrorCode = 'OUZEL_DRIVER',
  ) {
    super(code, parts);
  }
}

// ---- records ----------------------------------------------------------------------------------------------------------------

/** A record as it was read. Bytes may share the memory of a fetch response: copy what is kept. */
export interface ConsumerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly offset: number;
  readonly timestamp: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  readonly headers: Headers;
}

/** A record that tells where its bytes stand, so that they can be decoded without being cut out. A negative length is null. */
export interface BlockRecord extends ConsumerRecord {
  readonly block: Buffer;
  readonly keyAt: number;
  readonly keyLength: number;
  readonly valueAt: number;
  readonly valueLength: number;
}

/** A record to write. The bytes are copied into the batch before `send` returns. */
export interface ProducerRecord {
  readonly topic: string;
  readonly partition: number;
  readonly key: Buffer | null;
  readonly value: Buffer | null;
  /** Undefined: the clock of the driver. */
  readonly timestamp: number | undefined;
  readonly headers: Headers;
  /** Told once what became of the record, in the order of the records of a partition. */
  readonly delivery?: Delivery | undefined;
}

export interface Delivery {
  /** Only the place is told: a producer need not keep what was written. */
  delivered(place: TopicPartition, offset: number): void;
  failed(record: ProducerRecord, error: DriverError): void;
}

// ---- administration ---------------------------------------------------------------------------------------------------------

export interface TopicDescription {
  readonly topic: string;
  readonly partitions: number;
}
export interface NewTopic {
  readonly topic: string;
  /** -1: the broker's default. */
  readonly partitions: number;
  /** -1: the broker's default. */
  readonly replicationFactor: number;
  readonly config: Readonly<Record<string, string>>;
}
export type Isolation = 'read_uncommitted' | 'read_committed';
/** `{ at }`: the first offset with this timestamp or later (the end when there is none). `latest` is the last stable offset when read committed. */
export type OffsetQuery = 'earliest' | 'latest' | { readonly at: number };
export interface PartitionOffset extends TopicPartition {
  readonly offset: number;
}
export interface CommittedOffset extends TopicPartition {
  /** The next offset to read; -1 when nothing was committed. */
  readonly offset: number;
  readonly metadata: string;
}

/** Requests that belong to no loop. Retriable failures are retried inside until the request timeout has passed three times; then they are thrown. */
export interface Admin {
  /** Those of the topics that exist; all when no names are given. */
  topics(names?: readonly string[]): Promise<ReadonlyMap<string, TopicDescription>>;
  /** Topics that exist already are left alone. */
  createTopics(topics: readonly NewTopic[]): Promise<void>;
  deleteTopics(names: readonly string[]): Promise<void>;
  topicConfigs(names: readonly string[]): Promise<ReadonlyMap<string, Readonly<Record<string, string>>>>;
  listOffsets(partitions: readonly TopicPartition[], query: OffsetQuery, isolation: Isolation): Promise<readonly PartitionOffset[]>;
  /** Removes what lies before the offsets (DeleteRecords). */
  deleteRecords(before: readonly PartitionOffset[]): Promise<void>;
  /** Waits out pending transactional offsets (KIP-447, require stable). */
  committedOffsets(group: string, partitions: readonly TopicPartition[]): Promise<readonly CommittedOffset[]>;
  /** Takes a member out of its group, whose process is known to be gone, so that nobody waits out its session. One that the group does not know is left alone. */
  removeMember(group: string, memberId: string): Promise<void>;
}

// ---- reading ----------------------------------------------------------------------------------------------------------------

export interface FetcherOptions {
  readonly isolation: Isolation;
  /** How long the broker may hold an empty fetch, ms. */
  readonly maxWaitMs: number;
  /** Most bytes of one response. */
  readonly maxBytes: number;
}

/** What `take` gives of one partition: records, or what is wrong with it. */
export interface Fetched extends TopicPartition {
  readonly records: readonly ConsumerRecord[];
  /** From the batch headers, so also past control, aborted and compacted records. */
  readonly nextOffset: number;
  /** `out-of-range`: reassign at another offset. `missing` and `fatal` are reported once until reassigned. */
  readonly error: DriverError | undefined;
}

/**
 * Reads partitions without a group: long polls in the background, one response ahead per broker, per-partition buffers. Retriable failures are waited
 * out inside (see `KafkaDriver.onConnectivity`).
 */
export interface Fetcher {
  /** Reads from this offset on; again: seeks, and forgets what was buffered. */
  assign(partition: TopicPartition, offset: number): void;
  unassign(partition: TopicPartition): void;
  /** Keeps what is buffered but hands nothing out and fetches no more. */
  pause(partition: TopicPartition): void;
  resume(partition: TopicPartition): void;
  /** What has arrived, decoded, about `maxRecords` in all, fairly over partitions. Empty when there is nothing. */
  take(maxRecords: number): readonly Fetched[];
  /** Resolves when `take` has something to give, when `wake` is called, or after `ms`. */
  wait(ms: number): Promise<void>;
  wake(): void;
  /** End of the partition as last heard (high watermark, or last stable offset when read committed); undefined before the first answer. */
  endOffset(partition: TopicPartition): number | undefined;
  close(): Promise<void>;
}

// ---- writing ----------------------------------------------------------------------------------------------------------------

export type Compression = 'none' | 'gzip' | 'snappy' | 'lz4' | 'zstd';
export interface ProducerOptions {
  /** How long a batch may wait for more records, ms. */
  readonly lingerMs: number;
  readonly batchSize: number;
  readonly maxRequestSize: number;
  readonly compression: Compression;
  /** How long a record may be retried, ms. */
  readonly deliveryTimeoutMs: number;
  /** Set for exactly once. */
  readonly transactionalId?: string;
  readonly transactionTimeoutMs?: number;
}

export interface OffsetCommit extends TopicPartition {
  /** The next offset to read. */
  readonly offset: number;
  readonly metadata: string;
}

/** Who commits: checked by the broker, so that a member that lost its partitions can not commit them. */
export interface GroupIdentity {
  readonly group: string;
  readonly generation: number;
  readonly memberId: string;
  readonly instanceId: string | undefined;
}

/**
 * Writes records in batches, idempotently: up to 5 requests in flight per broker, order kept per partition. `send` never blocks; ask `bufferedBytes` for back-pressure.
 * After a record failed for good, those behind it in its partition are still tried.
 */
export interface Producer {
  send(record: ProducerRecord): void;
  readonly bufferedBytes: number;
  /** For records that are to wait for others. */
  hold(): HeldRecords;
  /** Sends without waiting for linger; resolves when all that was sent before the call has been answered, well or badly. */
  flush(): Promise<void>;
  /** Fences former producers of the transactional id. */
  initTransactions(): Promise<void>;
  beginTransaction(): void;
  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void>;
  /** Resolves only when the outcome is known to be a commit; a lost answer is asked for again. */
  commitTransaction(): Promise<void>;
  abortTransaction(): Promise<void>;
  /** Sends what is left, unless the time runs out. */
  close(timeoutMs: number): Promise<void>;
}

/** Records that a producer keeps back, encoded. What is never released is never sent, and nobody is told of it. */
export interface HeldRecords {
  /** What they take. */
  readonly bytes: number;
  send(record: ProducerRecord): void;
  /** Sends them, behind what was sent to their partitions before. Called once. */
  release(): void;
}

// ---- group ------------------------------------------------------------------------------------------------------------------

export interface MemberOptions {
  readonly group: string;
  readonly instanceId: string | undefined;
  readonly sessionTimeoutMs: number;
  readonly heartbeatIntervalMs: number;
  /** How long the group waits for this member to rejoin, ms. */
  readonly rebalanceTimeoutMs: number;
  /** Protocol name inside the type `consumer`: `ouzel`. */
  readonly protocol: string;
}

/** What a member tells the group at each join. The driver wraps it in a valid ConsumerProtocolSubscription. */
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

/** The member's side of the protocol. Every promise is awaited before the member goes on; heartbeats go on meanwhile. */
export interface GroupListener {
  /** Asked before each join. */
  subscription(): Subscription | Promise<Subscription>;
  /** Asked of the leader only: one assignment per member id. */
  assign(members: readonly MemberSubscription[]): Promise<ReadonlyMap<string, Assignment>>;
  /** The new assignment. What is not in it must be given up before the promise resolves. Answer 'rejoin' when something was given up, so that others may get it. */
  assigned(assignment: Assignment, generation: number): Promise<'stay' | 'rejoin'>;
  /** A rebalance begins; tasks go on. */
  rebalancing(): void;
  /** Membership was lost: partitions belong to others by now. No commit can succeed. */
  lost(reason: DriverError): Promise<void>;
  /** The member can not go on (fatal); it has stopped. */
  failed(error: DriverError): void;
}

export interface GroupMember {
  /** Joins and stays joined in the background. */
  start(listener: GroupListener): void;
  /** Undefined outside a generation. */
  readonly identity: GroupIdentity | undefined;
  /** Commits as the current member. Retriable failures and a rebalance under way are waited out; throws `rejoin` when this member lost its place. */
  commit(offsets: readonly OffsetCommit[]): Promise<void>;
  /** Joins again soon; the reason shows in the broker's log. */
  rejoin(reason: string): void;
  /** Leaves the group (static members stay unless `force`) and stops. */
  stop(options?: { force?: boolean; reason?: string }): Promise<void>;
}

// ---- the driver -------------------------------------------------------------------------------------------------------------

/** One client's connection to a cluster. */
export interface KafkaDriver {
  /** Resolves when the cluster answered; retries by itself until then. `fatal` failures (credentials, unknown protocol) are thrown. */
  connect(): Promise<void>;
  readonly admin: Admin;
  createFetcher(options: FetcherOptions): Fetcher;
  createProducer(options: ProducerOptions): Producer;
  createMember(options: MemberOptions): GroupMember;
  /** Called when the cluster stops answering (with the failure) and when it answers again (undefined). */
  onConnectivity(listener: (failure: DriverError | undefined) => void): void;
  /** Ends all that it created. May be called twice. */
  close(): Promise<void>;
}

/** Made by `embedded()` or from `{ brokers }`; one per application, may create several drivers. */
export interface KafkaConnection {
  createDriver(options: { readonly clientId: string }): KafkaDriver;
}
