import type { FixedKeyProcessor } from '../processor/processor.js';
import { Process } from './process.js';

/** Runs a processor that keeps the key: `Process` with other types. */
export class ProcessValues<K, VIn, VOut> extends Process<K, VIn, K, VOut> {
  constructor(processor: FixedKeyProcessor<K, VIn, VOut>) {
    super(processor);
  }
}
