import { TopologyError } from '@ouzel/core';
import type { Supplier } from '../../processor/processor.js';

/** Makes one instance per task. `operator` is where the supplier was given. Throws OUZEL_TOPOLOGY where it is none. */
export function instances<P>(supplier: Supplier<P>, operator: string): () => P | Promise<P> {
  if (typeof supplier === 'function') return supplier;
  if (typeof supplier === 'object' && typeof supplier?.get === 'function') return () => supplier.get();
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: `${operator} needs a function that makes one processor per task`,
    help: 'Write () => new MyProcessor(), or { get, stores }.',
  });
}
