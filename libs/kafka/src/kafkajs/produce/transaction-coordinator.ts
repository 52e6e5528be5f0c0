import { DriverError, type GroupIdentity, type OffsetCommit, type TopicPartition } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { Coordinator } from '../connection/coordinator.js';
import type { Api } from '../../protocol/api.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import type { PartitionResult } from '../../protocol/committed-offsets.js';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  initProducerId,
  noProducer,
  type EndTxnApi,
  type ProducerIdentity,
  type TxnOffsetCommitApi,
} from '../../protocol/transactions.js';
import { GoneTopics } from '../connection/gone-topics.js';
import { missingAfterMs } from '../connection/leader.js';
import { retrying, worstOf, type RetryLimits } from '../connection/retry.js';

export interface TransactionTimeouts {
  readonly transactionTimeoutMs: number;
  readonly deliveryTimeoutMs: number;
}
interface Coded {
  readonly errorCode: number;
}
type Response = Coded | readonly Coded[];
interface Subject {
  readonly transactionalId: string | null;
  readonly group?: string;
  readonly identity?: GroupIdentity;
}

/**
 * Sends the requests of a transactional id to its coordinator, and those about offsets to the coordinator of a group.
 *
 * Each is repeated while it may still succeed, until `deliveryTimeoutMs` have passed: then it throws `retriable`.
 */
export class TransactionCoordinator {
  private readonly coordinator: Coordinator;
  private readonly groups = new Map<string, Coordinator>();
  private readonly gone = new GoneTopics();
  private readonly limits: RetryLimits;
  private unanswered = 0;

  constructor(
    private readonly cluster: Cluster,
    readonly transactionalId: string,
    private readonly timeouts: TransactionTimeouts,
    private readonly closing: AbortSignal,
  ) {
    this.coordinator = new Coordinator(cluster, 'transaction', transactionalId);
    this.limits = { signal: closing, timeoutMs: timeouts.deliveryTimeoutMs };
  }

  /**
   * Whether a request of the present epoch got no response. A broker may process it late, and then count it to a later
   * transaction of the same epoch.
   */
  get mayHaveStaleRequests(): boolean {
    return this.unanswered > 0;
  }

  /**
   * Resolves to a new identity: fences former producers of the transactional id, and ends the transaction that they
   * left open. Has no time limit.
   */
  init(): Promise<ProducerIdentity> {
    return this.initProducerId(noProducer, { signal: this.closing });
  }

  /**
   * Resolves to the next epoch (KIP-360). Call it while no transaction is open. Throws `fenced` when another producer
   * has taken over, and `indefinite` when there is no response in time.
   */
  async nextEpoch(identity: ProducerIdentity): Promise<ProducerIdentity> {
    try {
      return await this.initProducerId(identity, this.limits);
    } catch (error) {
      // Kafka has removed the transactional id, which was not used for days. Its epochs begin anew.
      if (error instanceof DriverError && error.kafkaCode === ErrorCode.invalidProducerIdMapping) return this.init();
      throw this.asIndefinite(error);
    }
  }

  /** Resolves to the transaction version of the cluster: 2 (KIP-890), or 1, which every broker serves. */
  async transactionVersion(): Promise<1 | 2> {
    const features = await retrying(this.cluster.ports, this.limits, () => this.coordinator.finalizedFeatures());
    return (features.get('transaction.version') ?? 0) >= 2 ? 2 : 1;
  }

  /** Makes partitions part of the transaction. Throws `missing` when Kafka does not know one of their topics. */
  async addPartitions(identity: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void> {
    const { clock } = this.cluster.ports;
    const begin = clock.monotonic();
    const request = { transactionalId: this.transactionalId, ...identity, partitions };
    await this.repeated(this.limits, async () => {
      try {
        await this.attempt(this.coordinator, addPartitionsToTxn, request);
      } catch (error) {
        if (!(error instanceof DriverError) || error.kafkaCode !== ErrorCode.unknownTopicOrPartition) throw error;
        const isMissing = clock.monotonic() - begin >= missingAfterMs;
        throw isMissing ? failureOf(error.kafkaCode, error.where ?? addPartitionsToTxn.name, 'missing') : error;
      }
    });
  }

  /** Makes the offsets of a group part of the transaction. */
  async addOffsets(identity: ProducerIdentity, group: string): Promise<void> {
    const request = { transactionalId: this.transactionalId, ...identity, group };
    await this.repeated(this.limits, () => this.attempt(this.coordinator, addOffsetsToTxn, request));
  }

  /** Writes offsets in the name of a member. Those of topics that are gone are left out. */
  async commitOffsets(
    api: TxnOffsetCommitApi,
    identity: ProducerIdentity,
    offsets: readonly OffsetCommit[],
    member: GroupIdentity,
  ): Promise<void> {
    const { clock } = this.cluster.ports;
    const begin = clock.monotonic();
    const request = { transactionalId: this.transactionalId, ...identity, identity: member, offsets };
    const counted = (results: readonly PartitionResult[]) => this.gone.withoutThem(results, clock.monotonic() - begin);
    await this.repeated(this.limits, () => this.attempt(this.group(member.group), api, request, counted));
  }

  /**
   * Ends the transaction, and resolves to the identity that Kafka returns with it. Throws `indefinite` when the outcome
   * is not known in time; any other failure means that the transaction has not ended this way.
   */
  async end(api: EndTxnApi, identity: ProducerIdentity, outcome: 'commit' | 'abort'): Promise<ProducerIdentity> {
    const request = { transactionalId: this.transactionalId, ...identity, outcome };
    const unansweredBefore = this.unanswered;
    try {
      const { producerId, epoch } = await this.repeated(this.limits, async () => {
        try {
          return await this.attempt(this.coordinator, api, request);
        } catch (error) {
          throw decides(error, this.unanswered > unansweredBefore) ? error : asRetriable(error);
        }
      });
      return { producerId, epoch };
    } catch (error) {
      throw this.asIndefinite(error);
    }
  }

  close(): void {
    this.coordinator.close();
    for (const group of this.groups.values()) group.close();
  }

  private async initProducerId(former: ProducerIdentity, limits: RetryLimits): Promise<ProducerIdentity> {
    const { transactionalId } = this;
    const request = { transactionalId, transactionTimeoutMs: this.timeouts.transactionTimeoutMs, ...former };
    const { producerId, epoch } = await this.repeated(limits, () => this.attempt(this.coordinator, initProducerId, request));
    this.unanswered = 0;
    return { producerId, epoch };
  }

  private repeated<T>(limits: RetryLimits, attempt: () => Promise<T>): Promise<T> {
    return retrying(this.cluster.ports, limits, attempt);
  }

  /** Sends a request once. Throws the worst failure of the response; `counted` selects the results that count. */
  private async attempt<Request extends Subject, R extends Response>(
    coordinator: Coordinator,
    api: Api<Request, R>,
    request: Request,
    counted: (response: R) => Response = (response) => response,
  ): Promise<R> {
    const response = await coordinator.prompt(api, request).catch((error: unknown) => {
      if (error instanceof DriverError && error.kafkaCode === -1) this.unanswered++;
      throw error;
    });
    const failures = [counted(response)]
      .flat()
      .filter(({ errorCode }) => errorCode !== ErrorCode.none)
      .map((result) => failureOf(result.errorCode, `${api.name} of ${subject(result, request)}`));
    const failure = worstOf(failures);
    if (failure === undefined) return response;
    coordinator.heard(failure);
    throw failure;
  }

  private group(key: string): Coordinator {
    let group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, (group = new Coordinator(this.cluster, 'group', key)));
    return group;
  }

  private asIndefinite(error: unknown): unknown {
    if (!(error instanceof DriverError) || error.kind !== 'retriable') return error;
    return new DriverError('indefinite', error.kafkaCode, {
      what: `the outcome of the transaction is not known after ${this.timeouts.deliveryTimeoutMs} ms: ${error.what}`,
      where: `transaction of ${this.transactionalId}`,
      help: 'Initialise the transactional id again. This ends the transaction.',
      cause: error,
    });
  }
}

/** Names what a request was about when it was refused: a group or the transactional id, and a partition. */
function subject(result: Coded & Partial<TopicPartition>, { transactionalId, group, identity }: Subject): string {
  const isOfGroup = result.errorCode === ErrorCode.groupAuthorizationFailed;
  const name = (isOfGroup ? (identity?.group ?? group) : undefined) ?? transactionalId ?? 'no transactional id';
  return result.topic === undefined ? name : `${name} for ${result.topic}-${result.partition}`;
}

/** Returns whether the failure of an EndTxn is final: the transaction has ended, or this producer can not end it. */
function decides(error: unknown, isRepetition: boolean): boolean {
  if (!(error instanceof DriverError)) return true;
  // The transaction of an id that Kafka has forgotten since may have ended either way.
  if (error.kafkaCode === ErrorCode.invalidProducerIdMapping) return !isRepetition;
  const isRefusal = error.code === 'OUZEL_UNAUTHORIZED' || error.code === 'OUZEL_BROKER_VERSION';
  return isRefusal || error.kind === 'fenced' || error.kind === 'abortable' || error.kind === 'closed';
}

function asRetriable(error: unknown): unknown {
  if (!(error instanceof DriverError) || error.kind === 'retriable') return error;
  const { kafkaCode, what, where } = error;
  return new DriverError('retriable', kafkaCode, { what, ...(where === undefined ? {} : { where }), cause: error });
}
