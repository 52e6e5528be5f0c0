import type { NodeContext } from '../processor/node.js';
import { noRecord } from '../record/record.js';
import { PassThrough } from './pass-through.js';
import { NodeProcessingContext } from './processing-context.js';

/** The context of a transformer that computes rows when they are read, outside of any node of the topology. */
export class LookupContext extends NodeProcessingContext {
  constructor(context: NodeContext, stores: readonly string[]) {
    const place = new PassThrough();
    place.name = 'transformValues, looked up';
    place.stores = stores;
    super(context, place);
  }

  /** Works as of the time of a row; where that row came from is not known. */
  at<T>(timestamp: number, work: () => T): T {
    const former = this.context.record;
    this.context.record = noRecord(timestamp);
    try {
      return work();
    } finally {
      this.context.record = former;
    }
  }
}
