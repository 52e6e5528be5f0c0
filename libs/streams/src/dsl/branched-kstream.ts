import type { Predicate } from '../operators/callbacks.js';
import type { KStream } from './kstream.js';
import type { Named } from './options/index.js';

/**
 * A stream that is being split. Branches are tried in order; the first that holds takes the record. The keys of the result are the split's name followed by the
 * branch's name, or by its number: 1, 2, … and 0 for the default (BranchedKStream). A branch whose `to` answers nothing is not in the result.
 */
export abstract class BranchedKStream<K, V> {
  /**
   * One more branch.
   * @example split.branch((payment) => payment.amount > 100, { name: 'large', to: (large) => large.to('large-payment') })
   */
  abstract branch(predicate: Predicate<K, V>, options?: Named & { to?: (branch: KStream<K, V>) => KStream<any, any> | void }): this;

  /**
   * The rest goes here, and the split is complete.
   * @example const { 'size-large': large, 'size-rest': rest } = split.defaultBranch({ name: 'rest' })
   */
  abstract defaultBranch(options?: Named & { to?: (branch: KStream<K, V>) => KStream<any, any> | void }): Record<string, KStream<any, any>>;

  /**
   * The rest goes nowhere, and the split is complete.
   * @example const branches = split.noDefaultBranch()
   */
  abstract noDefaultBranch(): Record<string, KStream<any, any>>;
}
