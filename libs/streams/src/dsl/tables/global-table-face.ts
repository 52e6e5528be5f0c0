import type { Graph } from '../../topology/graph/graph.js';
import { GlobalKTable } from '../global-ktable.js';
import { handleFrom } from '../arguments/handle-from.js';

/** What the face of a global table stands for. */
export interface GlobalHandle {
  readonly graph: Graph;
  readonly store: string;
  readonly queryableStoreName: string | null;
}

/** The face of every global table. */
export class GlobalTableFace<K, V> extends GlobalKTable<K, V> {
  constructor(readonly handle: GlobalHandle) {
    super();
  }

  override get queryableStoreName(): string | null {
    return this.handle.queryableStoreName;
  }
}

/** The handle of a global table that was given to an operator. */
export function globalHandle(table: unknown, of: Pick<GlobalHandle, 'graph'>, operator: string): GlobalHandle {
  return handleFrom(table instanceof GlobalTableFace ? table.handle : undefined, 'a global table', of, operator);
}
