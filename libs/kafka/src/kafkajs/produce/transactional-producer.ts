import type { GroupIdentity, OffsetCommit, TransactionalProducer, TransactionalProducerOptions } from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { KafkajsProducer } from './producer.js';
import { TransactionState } from './transaction-state.js';

/** A producer whose batches wait for their transaction. Before it ends, the outcome of all its batches is known. */
export class KafkajsTransactionalProducer extends KafkajsProducer<TransactionState> implements TransactionalProducer {
  constructor(cluster: Cluster, options: TransactionalProducerOptions, released: () => void) {
    const createState = (closing: AbortSignal, wake: () => void) =>
      new TransactionState(cluster, options.transactionalId, options, closing, wake);
    super(cluster, options, createState, released);
  }

  async init(): Promise<void> {
    if (this.state.isInitialised) await this.dropUnsent();
    await this.state.init();
  }

  begin(): void {
    this.state.begin();
  }

  sendOffsets(offsets: readonly OffsetCommit[], identity: GroupIdentity): Promise<void> {
    return this.state.sendOffsets(offsets, identity);
  }

  async commit(): Promise<void> {
    const { opened } = this.state;
    this.accumulator.closeAll();
    this.state.stopAccepting();
    await this.accumulator.flush(opened);
    await this.state.commit();
  }

  async abort(): Promise<void> {
    await this.dropUnsent();
    await this.state.abort();
  }

  protected override async finish(): Promise<void> {
    if (this.state.opened > 0) await this.abort().catch(() => {});
  }

  private async dropUnsent(): Promise<void> {
    this.accumulator.closeAll();
    const { accepting } = this.state;
    this.state.dropUnsent();
    await this.accumulator.flush(accepting);
  }
}
