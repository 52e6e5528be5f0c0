import { handleFrom } from './arguments/handle-from.js';
import type { GlobalTableHandle } from './handles.js';
import { GlobalKTable } from './streams-and-tables.js';

/** A global table of a builder's graph (GlobalKTableImpl). */
export class GlobalKTableImpl<K, V> extends GlobalKTable<K, V> {
  constructor(readonly handle: GlobalTableHandle) {
    super();
  }

  override get queryableStoreName(): string | null {
    return this.handle.queryableStoreName;
  }
}

/** Returns the handle of a global table that was passed to an operator. */
export function globalHandle(table: unknown, own: Pick<GlobalTableHandle, 'graph'>, operator: string): GlobalTableHandle {
  return handleFrom(table instanceof GlobalKTableImpl ? table.handle : undefined, 'a global table', own, operator);
}
