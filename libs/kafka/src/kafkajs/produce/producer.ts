import { abortController } from '@ouzel/core';
import { loadCodec } from '../../records/index.js';
import {
  asDriverError,
  type DriverError,
  type HeldRecords,
  type Producer,
  type ProducerOptions,
  type ProducerRecord,
} from '../../client/index.js';
import type { Cluster } from '../connection/cluster.js';
import { closedFailure } from '../connection/connection-failure.js';
import { atMost } from '../connection/retry.js';
import { RecordAccumulator } from './record-accumulator.js';
import { Sender } from './sender.js';
import type { BatchQueue } from './producer-batch.js';
import type { ProducerState } from './producer-state.js';

/** Gathers records into batches, and sends them when its state allows. */
export class KafkajsProducer<State extends ProducerState = ProducerState> implements Producer {
  protected readonly state: State;
  protected readonly accumulator: RecordAccumulator;
  private readonly sender: Sender;
  private readonly closing = abortController();
  /** Pending until the package of the compression is loaded. */
  private codec: Promise<void> | undefined;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: ProducerOptions,
    createState: (closing: AbortSignal, wake: () => void) => State,
    private readonly released: () => void,
  ) {
    this.state = createState(this.closing.signal, () => this.sender.wake());
    this.sender = new Sender(cluster, this.state, options);
    this.accumulator = new RecordAccumulator(cluster.ports, options, this.state, (queue) => this.dispatch(queue));
    if (options.compression !== 'none' && options.compression !== 'gzip') this.codec = this.load();
  }

  get bufferedBytes(): number {
    return this.accumulator.bufferedBytes;
  }

  send(record: ProducerRecord): void {
    this.accumulator.send(record);
  }

  hold(): HeldRecords {
    return this.accumulator.hold();
  }

  discard(reason: DriverError): void {
    this.accumulator.withdraw(reason);
    this.sender.wake();
  }

  /** Does not wait for records of a transaction that is not open, because they can not be sent yet. */
  async flush(): Promise<void> {
    await this.accumulator.flush(this.state.opened);
  }

  async close(timeoutMs: number): Promise<void> {
    if (this.closing.signal.aborted) return;
    await atMost(this.cluster.ports, timeoutMs, this.finish());
    this.closing.abort();
    this.accumulator.closeAll();
    await this.sender.stop(closedFailure('producer'));
    await this.state.close();
    this.released();
  }

  /** Called at `close`, before the producer stops sending. Never rejects. */
  protected finish(): Promise<void> {
    return this.flush();
  }

  private dispatch(queue: BatchQueue): void {
    if (this.codec === undefined) this.sender.add(queue);
    else void this.codec.then(() => this.sender.add(queue));
  }

  private async load(): Promise<void> {
    try {
      await loadCodec(this.options.compression);
      this.codec = undefined;
    } catch (thrown) {
      await this.sender.stop(asDriverError(thrown, 'producer'));
    }
  }
}
