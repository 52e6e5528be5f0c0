import { ProcessorNode, type NodeContext } from '../../processor/node.js';
import type { StreamRecord } from '../../record/record.js';
import type { WindowStore } from '../../state/store.js';

/**
 * Remembers the records of one side of a join for the other side (KStreamJoinWindow). They are joined first, so that a
 * record of a stream that is joined with itself does not find itself twice. One without a key finds nothing and is not
 * kept.
 */
export class JoinWindowStore<K, V> extends ProcessorNode<K, V, K, V> {
  private window!: WindowStore<K, V>;

  constructor(private readonly options: { readonly store: string }) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    this.window = context.getStateStore(this.options.store);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const pending = this.forward(record);
    return pending === undefined ? this.keep(record) : pending.then(() => this.keep(record));
  }

  private keep({ key, value, timestamp }: StreamRecord<K, V>): void {
    if (key !== null) this.window.put(key, value, timestamp);
  }
}
