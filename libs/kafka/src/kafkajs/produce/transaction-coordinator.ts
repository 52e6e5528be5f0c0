import type { GroupIdentity, OffsetCommit, TopicPartition } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { Coordinator } from '../connection/coordinator.js';
import type { Api } from '../../protocol/api.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  initProducerId,
  txnOffsetCommit,
  type ProducerIdentity,
} from '../../protocol/transactions.js';
import { retrying, type RetryLimits } from '../connection/retry.js';

const noIdentity: ProducerIdentity = { producerId: -1, epoch: -1 };

/**
 * The requests of a transactional id, in the order of transaction version 1: it works on every broker. Each is repeated until its outcome is known;
 * while a former transaction's markers are written Kafka answers CONCURRENT_TRANSACTIONS, which passes.
 */
export class TransactionCoordinator {
  private readonly coordinator: Coordinator;
  private readonly groups = new Map<string, Coordinator>();
  private readonly limits: RetryLimits;

  constructor(
    private readonly cluster: Cluster,
    private readonly transactionalId: string,
    private readonly timeouts: { readonly transactionTimeoutMs: number; readonly deliveryTimeoutMs: number },
    signal: AbortSignal,
  ) {
    this.coordinator = new Coordinator(cluster, 'transaction', transactionalId);
    this.limits = { signal };
  }

  /**
   * Fences former producers and ends what they left open. With the identity that was had, the next epoch of it: a producer that was itself fenced can
   * not take the id back that way (KIP-360).
   */
  async init(former: ProducerIdentity = noIdentity): Promise<ProducerIdentity> {
    const { transactionalId } = this;
    const { transactionTimeoutMs } = this.timeouts;
    return this.ask(initProducerId, { transactionalId, transactionTimeoutMs, ...former }, (response) => response.errorCode);
  }

  /** A topic may be gone for good: after the delivery timeout the last failure is thrown. */
  async addPartitions(identity: ProducerIdentity, partitions: readonly TopicPartition[]): Promise<void> {
    const { transactionalId } = this;
    const limits = { ...this.limits, timeoutMs: this.timeouts.deliveryTimeoutMs };
    await this.retried(this.coordinator, addPartitionsToTxn, { transactionalId, ...identity, partitions }, worstOf, limits);
  }

  async sendOffsets(identity: ProducerIdentity, offsets: readonly OffsetCommit[], member: GroupIdentity): Promise<void> {
    const { transactionalId } = this;
    await this.ask(addOffsetsToTxn, { transactionalId, ...identity, group: member.group }, (response) => response.errorCode);
    const request = { transactionalId, ...identity, identity: member, offsets };
    await this.retried(this.group(member.group), txnOffsetCommit, request, worstOf);
  }

  /**
   * Resolves when the transaction has ended this way. A repetition of a lost EndTxn is answered with INVALID_TXN_STATE when it had ended the other way.
   */
  async end(identity: ProducerIdentity, outcome: 'commit' | 'abort'): Promise<void> {
    const { transactionalId } = this;
    await this.ask(endTxn, { transactionalId, ...identity, outcome }, (response) => response.errorCode);
  }

  close(): void {
    this.coordinator.close();
    for (const group of this.groups.values()) group.close();
  }

  private ask<Request, Response>(api: Api<Request, Response>, request: Request, codeOf: (response: Response) => number): Promise<Response> {
    return this.retried(this.coordinator, api, request, codeOf);
  }

  private retried<Request, Response>(
    coordinator: Coordinator,
    api: Api<Request, Response>,
    request: Request,
    codeOf: (response: Response) => number,
    limits = this.limits,
  ): Promise<Response> {
    return retrying(this.cluster.ports, limits, async () => {
      const response = await coordinator.prompt(api, request);
      const code = codeOf(response);
      if (code === ErrorCode.none) return response;
      const failure = failureOf(code, `${api.name} of ${this.transactionalId}`);
      coordinator.heard(failure);
      throw failure;
    });
  }

  private group(key: string): Coordinator {
    let group = this.groups.get(key);
    if (group === undefined) this.groups.set(key, (group = new Coordinator(this.cluster, 'group', key)));
    return group;
  }
}

/** The failure that can not be waited out, else any: several partitions are answered at once. */
function worstOf(results: readonly { readonly errorCode: number }[]): number {
  const codes = results.map(({ errorCode }) => errorCode).filter((code) => code !== ErrorCode.none);
  return codes.find((code) => failureOf(code, '').kind !== 'retriable') ?? codes[0] ?? ErrorCode.none;
}
