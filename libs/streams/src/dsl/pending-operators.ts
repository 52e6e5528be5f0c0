import { OuzelError } from '../errors/index.js';
import type { TableViewSpec } from '../operators/table-view.js';
import { ProcessorNode } from '../processor/node.js';

/** Operators that are part of names and plans already, and can not be run yet. */
abstract class Pending extends ProcessorNode<any, any, any, any> {
  constructor(readonly options: unknown) {
    super();
    throw notYet(new.target.name);
  }

  override process(): void {}
}

function notYet(what: string): OuzelError {
  return new OuzelError('OUZEL_TOPOLOGY', { what: `${what} can not be run yet` });
}

export class Suppress extends Pending {}
export class JoinWindowStore extends Pending {}
export class StreamStreamJoin extends Pending {}
export class StreamStreamSelfJoin extends Pending {}

function pendingView(...stores: readonly string[]): TableViewSpec<any, any> {
  return {
    stores: [...new Set(stores)],
    open() {
      throw notYet('a lookup');
    },
  };
}

export function suppressView(buffer: string, parent: TableViewSpec<any, any>): TableViewSpec<any, any> {
  return pendingView(...parent.stores, buffer);
}
