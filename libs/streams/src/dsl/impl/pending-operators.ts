import { TopologyError } from '../../errors/index.js';
import { ProcessorNode } from '../../processor/node.js';

class Pending extends ProcessorNode<any, any, any, any> {
  constructor(readonly options?: unknown, readonly more?: unknown) {
    super();
    throw new TopologyError('OUZEL_TOPOLOGY', { what: 'the operator can not be run yet' });
  }
  override process(): void {}
}
export class SessionWindowAggregate extends Pending {}
export class SlidingWindowAggregate extends Pending {}
export class Suppress extends Pending {}
export class JoinWindowStore extends Pending {}
export class StreamStreamJoin extends Pending {}
export class StreamStreamSelfJoin extends Pending {}
export class StreamTableJoin extends Pending {}
export class StreamGlobalTableJoin extends Pending {}
export class TableTableJoin extends Pending {}
export class TableJoinMerge extends Pending {}
export class SubscriptionSend extends Pending {}
export class SubscriptionReceive extends Pending {}
export class SubscriptionJoin extends Pending {}
export class ForeignTableJoin extends Pending {}
export class ResponseJoin extends Pending {}
export function sessionStoreView(store: string): any {
  return { stores: [store], open: () => undefined };
}
export function suppressView(_buffer: string, parent: any): any {
  return { stores: [...parent.stores, _buffer], open: () => undefined };
}
export function transformValuesView(parent: any, _create: unknown, stores: readonly string[]): any {
  return { stores: [...parent.stores, ...stores], open: () => undefined };
}
export function joinView(_kind: string, left: any, right: any, _joiner: unknown): any {
  return { stores: [...new Set([...left.stores, ...right.stores])], open: () => undefined };
}
export function changeSerde(inner: import('../../serdes/serde.js').Serde<any>): import('../../serdes/serde.js').Serde<any> {
  return inner;
}
export interface SubscriptionResponse {
  readonly primaryPartition: number | null;
}
export const subscriptionSerde = changeSerde;
export const responseSerde = changeSerde;
