import type { Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import type { Joiner } from './callbacks.js';
import { synchronous } from './results.js';
import type { TableView, TableViewSpec } from './table-view.js';

export interface TableTableJoinOptions<K, V, O, Out> {
  /** Which of the two tables the changes come from. */
  readonly side: 'left' | 'right';
  readonly kind: 'inner' | 'left' | 'outer';
  readonly other: TableViewSpec<K, O>;
  /** Takes the value of this node's own table first. */
  readonly joiner: Joiner<K, V | null, O | null, Out>;
  readonly oldValues: boolean;
}

/**
 * Joins the changes of one table with the current rows of the other (KTableKTableInnerJoin, -LeftJoin, -RightJoin,
 * -OuterJoin). A result has the later time of both rows. A change that is not the newest version of its row is dropped
 * (KIP-914).
 */
export class TableTableJoin<K, V, O, Out> extends ProcessorNode<K, Change<V>, K, Change<Out>> {
  private other!: TableView<K, O>;
  /** There is no result without a row of the other table. */
  private readonly needsOther: boolean;
  /** There is no result without a row of this table. */
  private readonly needsOwn: boolean;

  constructor(private readonly options: TableTableJoinOptions<K, V, O, Out>) {
    super();
    const { kind, side } = options;
    this.needsOther = kind === 'inner' || (kind === 'left' && side === 'right');
    this.needsOwn = kind === 'inner' || (kind === 'left' && side === 'left');
  }

  override async init(context: NodeContext): Promise<void> {
    void super.init(context);
    this.other = await this.options.other.open(context);
  }

  override process(record: StreamRecord<K, Change<V>>): void | Promise<void> {
    const { key, value, headers } = record;
    const { newValue, oldValue, isLatest } = value;
    if (key === null) return this.drop('null-key');
    if (!isLatest) return this.drop('out-of-order-version');
    const other = this.other.get(key);
    if (other === null && (this.needsOther || (newValue === null && oldValue === null))) return;
    const timestamp = other === null ? record.timestamp : Math.max(record.timestamp, other.timestamp);
    const now = this.join(newValue, other?.value ?? null, key);
    const before = this.options.oldValues ? this.join(oldValue, other?.value ?? null, key) : null;
    return this.forward(new StreamRecord(key, { newValue: now, oldValue: before, isLatest }, timestamp, headers));
  }

  private join(own: V | null, other: O | null, key: K): Out | null {
    if (own === null && (this.needsOwn || other === null)) return null;
    return synchronous(this.options.joiner(own, other, key), 'join') ?? null;
  }
}
