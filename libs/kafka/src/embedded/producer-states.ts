import type { RecordBatch } from '../records/index.js';
import { ErrorCode, failureOf } from '../protocol/error-codes.js';

const remembered = 5;
const sequences = 2 ** 31;

interface Written {
  readonly first: number;
  readonly last: number;
  readonly baseOffset: number;
}
interface State {
  epoch: number;
  /** The latest batches of this epoch, by which a repeated batch is recognised. */
  written: readonly Written[];
}

/**
 * The idempotent producers of a partition, with their epochs and last sequence numbers (ProducerStateManager).
 */
export class ProducerStates {
  private readonly states = new Map<number, State>();

  /**
   * Returns the base offset of a batch that was written before; undefined for a new batch. Throws
   * INVALID_PRODUCER_EPOCH for a fenced producer, OUT_OF_ORDER_SEQUENCE_NUMBER for a gap. A producer that is not known
   * may begin with any number.
   */
  check(batch: RecordBatch, where: string): number | undefined {
    const state = this.states.get(batch.producerId);
    if (state === undefined) return undefined;
    const { producerEpoch, baseSequence, lastSequence } = batch;
    if (producerEpoch < state.epoch) throw failureOf(ErrorCode.invalidProducerEpoch, where);
    if (producerEpoch > state.epoch) {
      if (baseSequence !== 0) throw failureOf(ErrorCode.outOfOrderSequenceNumber, where);
      return undefined;
    }
    const repeated = state.written.find(({ first, last }) => first === baseSequence && last === lastSequence);
    if (repeated !== undefined) return repeated.baseOffset;
    const newest = state.written.at(-1);
    const expected = newest === undefined ? 0 : (newest.last + 1) % sequences;
    if (baseSequence !== expected) throw failureOf(ErrorCode.outOfOrderSequenceNumber, where);
    return undefined;
  }

  /** Returns whether the last sequence number of its producer is known from this batch. */
  isLast({ producerId, baseOffset }: RecordBatch): boolean {
    return this.states.get(producerId)?.written.at(-1)?.baseOffset === baseOffset;
  }

  /** Takes in a batch or marker that has become part of the log. */
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
