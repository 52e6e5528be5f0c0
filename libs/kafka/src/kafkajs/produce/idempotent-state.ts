import { asDriverError, type DriverError } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { NodeChannels } from '../connection/node-channels.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import { produce } from '../../protocol/produce.js';
import { initProducerId, noProducer, type ProducerIdentity } from '../../protocol/transactions.js';
import { retrying } from '../connection/retry.js';
import type { ProducerBatch } from './producer-batch.js';
import type { ProducerState } from './producer-state.js';

/**
 * Writes without transactions, under an identity that any broker gives: a batch that is sent again is written once.
 *
 * After sequence numbers were lost for good, all numbered batches are settled under the old identity before a new one
 * is obtained: a batch whose outcome is not known is never written under two identities.
 */
export class IdempotentState implements ProducerState {
  readonly transactionalId = null;
  readonly produce = produce;
  readonly accepting = 0;
  readonly opened = 0;
  private current: ProducerIdentity | undefined;
  private refusal: DriverError | undefined;
  private obtaining = false;
  private renewing = false;
  private readonly channels: NodeChannels;

  constructor(
    private readonly cluster: Cluster,
    private readonly closing: AbortSignal,
    private readonly wake: () => void,
  ) {
    this.channels = new NodeChannels(cluster);
  }

  get identity(): ProducerIdentity | undefined {
    return this.current;
  }

  refusalOf(): DriverError | undefined {
    return this.refusal;
  }

  admits(batch: ProducerBatch): boolean {
    if (this.current === undefined) void this.obtain();
    else if (!this.renewing || batch.identity === this.current) return true;
    return false;
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
      this.current = await retrying(this.cluster.ports, { signal: this.closing }, () => this.request());
    } catch (thrown) {
      const failure = asDriverError(thrown, 'InitProducerId');
      if (failure.kind !== 'closed') this.refusal = failure;
    } finally {
      this.obtaining = false;
      this.wake();
    }
  }

  private async request(): Promise<ProducerIdentity> {
    await this.cluster.refresh([]);
    const request = { transactionalId: null, transactionTimeoutMs: 0, ...noProducer };
    const { errorCode, producerId, epoch } = await this.channels.to(this.cluster.anyNode()).request(initProducerId, request);
    if (errorCode !== ErrorCode.none) throw failureOf(errorCode, 'InitProducerId');
    return { producerId, epoch };
  }
}
