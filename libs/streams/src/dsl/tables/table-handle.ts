import type { TableViewSpec } from '../../operators/table-view.js';
import type { TableState } from '../../topology/graph/table-state.js';
import type { StreamHandle } from '../streams/stream-handle.js';

/** What the face of a table stands for. */
export interface TableHandle extends Omit<StreamHandle, 'needsRepartition'> {
  readonly table: TableState;
  readonly queryableStoreName: string | null;
  /** How its rows are looked up; asked for when the nodes of a task are made, and only of tables for which lookups were demanded. */
  view(): TableViewSpec<any, any>;
}
