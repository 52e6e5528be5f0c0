import { abortController } from '@ouzel/core';
import { asDriverError, DriverError, PartitionMap, partitionName, type WritePermit } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { NodeChannels } from '../connection/node-channels.js';
import { waitForLeader } from '../connection/leader.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import type { ProducedPartition } from '../../protocol/produce.js';
import type { BatchQueue, ProducerBatch } from './producer-batch.js';
import type { ProducerState } from './producer-state.js';

const maxInFlight = 5;
const expiryCheckMs = 1_000;
const permitRetryMs = 200;

export interface SenderOptions {
  readonly maxRequestSize: number;
  readonly deliveryTimeoutMs: number;
  readonly permit?: WritePermit;
}

/**
 * Sends the closed batches of all partitions to their leaders, repeats what may still succeed, and settles each batch
 * once.
 */
export class Sender {
  private readonly channels: NodeChannels;
  private readonly busy = new Set<BatchQueue>();
  private readonly requests = new Map<number, number>();
  private readonly closing = abortController();
  private stopped: DriverError | undefined;
  private woken = false;
  private expiring = false;
  private isAskingPermit = false;

  constructor(
    private readonly cluster: Cluster,
    private readonly state: ProducerState,
    private readonly options: SenderOptions,
  ) {
    this.channels = new NodeChannels(cluster);
  }

  /** Must be called when the queue has a batch to send. */
  add(queue: BatchQueue): void {
    this.busy.add(queue);
    if (!this.expiring) this.expireLater();
    this.wake();
  }

  /** Sends what may be sent, after the present piece of work. */
  wake(): void {
    if (this.woken) return;
    this.woken = true;
    queueMicrotask(() => {
      this.woken = false;
      this.drain();
    });
  }

  /** Sends nothing more. All batches that are not settled fail with the reason. */
  async stop(reason: DriverError): Promise<void> {
    this.stopped ??= reason;
    this.closing.abort();
    await this.channels.close();
    this.wake();
  }

  private drain(): void {
    if (this.isPermitted()) while (this.sendRound());
    else this.giveUpRefused();
    const { identity, isRenewing } = this.state;
    if (isRenewing && identity !== undefined && [...this.busy].every((queue) => !queue.isNumbered(identity))) this.state.renew();
  }

  /** Returns whether the producer may write. When the permit is not confirmed, it confirms it and sends afterwards. */
  private isPermitted(): boolean {
    const { permit } = this.options;
    if (permit === undefined || permit.isConfirmed || this.stopped !== undefined) return true;
    if (!this.isAskingPermit) void this.askPermit(permit);
    return false;
  }

  private async askPermit(permit: WritePermit): Promise<void> {
    this.isAskingPermit = true;
    await permit.confirm().catch(() => this.cluster.ports.clock.sleep(permitRetryMs, this.closing.signal));
    this.isAskingPermit = false;
    this.wake();
  }

  /** Fails discarded batches, without waiting for the permit. */
  private giveUpRefused(): void {
    for (const queue of this.busy)
      while (!queue.isInFlight && queue.first?.refusal !== undefined) this.giveUpFirst(queue, this.judged(queue.first.refusal));
  }

  /** Sends at most one batch of each partition, in one request to each leader. Returns whether anything was sent. */
  private sendRound(): boolean {
    const loads = new Map<number, { batches: ProducerBatch[]; size: number }>();
    for (const queue of this.busy) {
      const batch = this.sendable(queue);
      if (batch === undefined) continue;
      const leader = this.cluster.leader(queue);
      if (leader === undefined) {
        void this.rest(queue, undefined);
        continue;
      }
      if (!this.state.admits(batch)) continue;
      if ((this.requests.get(leader.node) ?? 0) >= maxInFlight) continue;
      let load = loads.get(leader.node);
      if (load === undefined) loads.set(leader.node, (load = { batches: [], size: 0 }));
      if (load.batches.length > 0 && load.size + batch.size > this.options.maxRequestSize) continue;
      load.size += batch.size;
      load.batches.push(batch);
      queue.depart(this.state.identity!);
    }
    for (const [node, { batches }] of loads) void this.request(node, batches);
    return loads.size > 0;
  }

  /** Returns the batch whose turn it is. Those that can never be sent are settled, each after those before it. */
  private sendable(queue: BatchQueue): ProducerBatch | undefined {
    for (;;) {
      const batch = queue.next();
      if (batch === undefined) {
        if (queue.isEmpty) this.busy.delete(queue);
        return undefined;
      }
      const refusal = this.stopped ?? batch.refusal ?? this.state.refusalOf(batch);
      if (refusal === undefined) return batch;
      if (queue.isInFlight) return undefined;
      this.giveUpFirst(queue, refusal === batch.refusal ? this.judged(refusal) : refusal);
    }
  }

  private async request(node: number, batches: readonly ProducerBatch[]): Promise<void> {
    this.requests.set(node, (this.requests.get(node) ?? 0) + 1);
    const written = await this.produce(node, batches).catch((thrown: unknown) => asDriverError(thrown, 'Produce'));
    this.requests.set(node, this.requests.get(node)! - 1);
    this.wake();
    for (const batch of batches) {
      if (written instanceof DriverError) this.failed(batch, written);
      else this.responded(batch, written.get(batch.queue));
    }
  }

  private async produce(node: number, batches: readonly ProducerBatch[]): Promise<PartitionMap<ProducedPartition>> {
    const { transactionalId, produce } = this.state;
    const encoded = batches.map((batch) => ({ topic: batch.queue.topic, partition: batch.queue.partition, bytes: batch.encode() }));
    const request = { transactionalId, timeoutMs: this.cluster.requestTimeoutMs, batches: encoded };
    return PartitionMap.of(await this.channels.to(node).request(produce, request));
  }

  private responded(batch: ProducerBatch, response: ProducedPartition | undefined): void {
    const { queue } = batch;
    const where = `Produce of ${partitionName(queue)}`;
    if (response === undefined)
      return this.failed(batch, new DriverError('retriable', -1, { what: 'the response lacks the partition', where }));
    if (response.errorCode === ErrorCode.none) return this.acknowledged(batch, response.baseOffset);
    // The broker has written the batch before, and no longer knows its offset. This one is a lower bound.
    if (response.errorCode === ErrorCode.duplicateSequenceNumber) return this.acknowledged(batch, queue.lastOffset + 1);
    const failure = failureOf(response.errorCode, where, undefined, response.message);
    if (response.errorCode === ErrorCode.messageTooLarge && batch.count > 1) return this.again(batch, batch.halves(), undefined);
    if (failure.kind === 'record' && response.recordErrors.length > 0) return this.partlyRefused(batch, response, failure);
    this.failed(batch, failure);
  }

  private acknowledged(batch: ProducerBatch, baseOffset: number): void {
    batch.queue.acknowledged(batch, baseOffset + batch.count - 1);
    batch.acknowledge(baseOffset);
    this.recover(batch.queue);
  }

  private failed(batch: ProducerBatch, failure: DriverError): void {
    const { queue } = batch;
    if (failure.kafkaCode === ErrorCode.outOfOrderSequenceNumber && queue.followsAnother(batch))
      return this.again(batch, [batch], undefined);
    if (failure.kind === 'retriable') return this.again(batch, [batch], failure);
    const verdict = failure.kind === 'closed' ? failure : this.state.judge(failure);
    this.breakSequence(queue);
    if (verdict === 'renew') return this.again(batch, [batch], failure);
    queue.notWritten(batch, [], undefined);
    batch.refuse(verdict);
    this.recover(queue);
  }

  private partlyRefused(batch: ProducerBatch, response: ProducedPartition, failure: DriverError): void {
    const left = batch.without(new Set(response.recordErrors.map(({ index }) => index)), this.judged(failure));
    this.breakSequence(batch.queue);
    this.again(batch, left, undefined);
  }

  private again(batch: ProducerBatch, left: readonly ProducerBatch[], failure: DriverError | undefined): void {
    batch.queue.notWritten(batch, left, failure);
    this.recover(batch.queue);
  }

  private recover(queue: BatchQueue): void {
    if (!queue.recover()) return;
    if (queue.lastFailure !== undefined) void this.rest(queue, queue.lastFailure);
  }

  private breakSequence(queue: BatchQueue): void {
    queue.breakSequence();
    this.state.sequenceBroken();
  }

  private async rest(queue: BatchQueue, failure: DriverError | undefined): Promise<void> {
    queue.resting = true;
    const wait = { request: 'Produce', backoff: queue.backoff, signal: this.closing.signal, isWanted: () => !queue.isEmpty };
    const reason = await waitForLeader(this.cluster, queue, failure, wait);
    if (reason !== undefined) this.giveUpAll(queue, reason);
    queue.resting = false;
    this.wake();
  }

  private expireLater(): void {
    this.expiring = this.busy.size > 0 && !this.closing.signal.aborted;
    if (this.expiring) this.cluster.ports.clock.schedule(expiryCheckMs, () => this.expire());
  }

  private expire(): void {
    const oldest = this.cluster.ports.clock.monotonic() - this.options.deliveryTimeoutMs;
    for (const queue of this.busy) {
      while (!queue.isInFlight && (queue.first?.createdAt ?? Infinity) <= oldest) {
        const what = `not written within ${this.options.deliveryTimeoutMs} ms`;
        const cause = queue.lastFailure;
        const failure = new DriverError('retriable', cause?.kafkaCode ?? -1, { what, where: `Produce of ${partitionName(queue)}`, cause });
        this.giveUpFirst(queue, this.judged(failure));
      }
    }
    this.wake();
    this.expireLater();
  }

  private giveUpAll(queue: BatchQueue, failure: DriverError): void {
    while (queue.first !== undefined) this.giveUpFirst(queue, this.judged(failure));
  }

  private giveUpFirst(queue: BatchQueue, verdict: DriverError): void {
    const batch = queue.shift()!;
    if (batch.identity !== undefined && batch.identity === this.state.identity) {
      this.breakSequence(queue);
      queue.recover();
    }
    batch.refuse(verdict);
  }

  /** Returns the error for the records of a batch that is not sent again, even under another identity. */
  private judged(failure: DriverError): DriverError {
    const verdict = failure.kind === 'closed' ? failure : this.state.judge(failure);
    return verdict === 'renew' ? failure : verdict;
  }
}
