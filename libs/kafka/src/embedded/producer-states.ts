import type { RecordBatch } from '../records/index.js';
import { failureOf } from '../protocol/error-codes.js';

const outOfOrderSequence = 45;
const invalidProducerEpoch = 47;
const remembered = 5;
const sequences = 2 ** 31;

interface Written {
  readonly first: number;
  readonly last: number;
  readonly baseOffset: number;
}
interface State {
  epoch: number;
  /** The latest batches of this epoch, so that repetitions are recognized. */
  written: readonly Written[];
}

/** What a partition knows of its idempotent producers: their epochs and last sequence numbers (ProducerStateManager). */
export class ProducerStates {
  private readonly states = new Map<number, State>();

  /**
   * The base offset that the batch got already, when it is a repetition; undefined when it is new.
   * Throws INVALID_PRODUCER_EPOCH for a producer that was fenced, OUT_OF_ORDER_SEQUENCE_NUMBER for a gap. An unknown producer may begin anywhere.
   */
  check(batch: RecordBatch, where: string): number | undefined {
    const state = this.states.get(batch.producerId);
    if (state === undefined) return undefined;
    const { producerEpoch, baseSequence, lastSequence } = batch;
    if (producerEpoch < state.epoch) throw failureOf(invalidProducerEpoch, where);
    if (producerEpoch > state.epoch) {
      if (baseSequence !== 0) throw failureOf(outOfOrderSequence, where);
      return undefined;
    }
    const repeated = state.written.find(({ first, last }) => first === baseSequence && last === lastSequence);
    if (repeated !== undefined) return repeated.baseOffset;
    const newest = state.written.at(-1);
    if (newest !== undefined && baseSequence !== (newest.last + 1) % sequences) throw failureOf(outOfOrderSequence, where);
    return undefined;
  }

  /** Whether the last sequence number of its producer is known from this batch. */
  isLast({ producerId, baseOffset }: RecordBatch): boolean {
    return this.states.get(producerId)?.written.at(-1)?.baseOffset === baseOffset;
  }

  /** Takes note of a batch or marker that is now part of the log. */
  add(batch: RecordBatch): void {
    const { producerId, producerEpoch, isControl } = batch;
    if (producerId < 0) return;
    let state = this.states.get(producerId);
    if (state === undefined || state.epoch !== producerEpoch) this.states.set(producerId, (state = { epoch: producerEpoch, written: [] }));
    if (isControl) return;
    const { baseSequence: first, lastSequence: last, baseOffset } = batch;
    state.written = [...state.written.slice(1 - remembered), { first, last, baseOffset }];
  }
}
