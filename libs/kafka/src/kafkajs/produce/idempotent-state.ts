import { DriverError } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { NodeChannels } from '../connection/node-channels.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import { initProducerId, type ProducerIdentity } from '../../protocol/transactions.js';
import { retrying } from '../connection/retry.js';
import type { ProducerState } from './producer-state.js';
import type { BatchQueue, ProducerBatch } from './producer-batch.js';

/**
 * Gets an identity from any broker, so that a repeated batch is written once. When numbers of it are lost for good, all that is numbered is settled under it first;
 * then everything goes on under a new one: a batch of unknown outcome is never written under two identities.
 */
export class IdempotentState implements ProducerState {
  readonly transactionalId = null;
  readonly accepting = 0;
  readonly opened = Infinity;
  private current: ProducerIdentity | undefined;
  private refusal: DriverError | undefined;
  private obtaining = false;
  private renewing = false;
  private readonly channels: NodeChannels;

  constructor(
    private readonly cluster: Cluster,
    private readonly signal: AbortSignal,
    private readonly wake: () => void,
  ) {
    this.channels = new NodeChannels(cluster);
  }

  get identity(): ProducerIdentity | undefined {
    return this.current;
  }

  admission(batch: ProducerBatch, _queue: BatchQueue): 'now' | 'later' | DriverError {
    if (this.refusal !== undefined) return this.refusal;
    if (this.current === undefined) void this.obtain();
    else if (!this.renewing || batch.identity === this.current) return 'now';
    return 'later';
  }

  judge(failure: DriverError): DriverError | 'renew' {
    return failure.kind === 'abortable' || failure.kind === 'fenced' ? 'renew' : failure;
  }

  sequenceBroken(): void {
    this.renewing = true;
  }

  get isRenewing(): boolean {
    return this.renewing;
  }

  renew(): void {
    this.renewing = false;
    this.current = undefined;
    this.wake();
  }

  close(): Promise<void> {
    return this.channels.close();
  }

  private async obtain(): Promise<void> {
    if (this.obtaining) return;
    this.obtaining = true;
    try {
      this.current = await retrying(this.cluster.ports, { signal: this.signal }, () => this.ask());
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
      if (error.kind !== 'closed') this.refusal = error;
    } finally {
      this.obtaining = false;
      this.wake();
    }
  }

  private async ask(): Promise<ProducerIdentity> {
    await this.cluster.refresh([]);
    const request = { transactionalId: null, transactionTimeoutMs: 0, producerId: -1, epoch: -1 };
    const { errorCode, producerId, epoch } = await this.channels.to(this.cluster.anyNode()).request(initProducerId, request);
    if (errorCode !== ErrorCode.none) throw failureOf(errorCode, 'InitProducerId');
    return { producerId, epoch };
  }
}
