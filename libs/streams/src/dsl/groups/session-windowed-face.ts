import type { Aggregator, Initializer, Merger, Reducer } from '../../operators/callbacks.js';
import { SessionWindowAggregate } from '../../operators/session-window-aggregate.js';
import { sessionStoreView } from '../../operators/table-view.js';
import { serdes } from '../../serdes/serdes.js';
import type { Windowed } from '../../state/store.js';
import type { EmitStrategy, SessionWindow } from '../../windows/index.js';
import type { KTable } from '../ktable.js';
import type { Stored } from '../options/index.js';
import { SessionWindowedKStream } from '../windowed-kstreams.js';
import { addAggregate } from './aggregate-node.js';
import { callback, nameIn } from '../arguments/checked.js';
import type { GroupedHandle } from './grouped-handle.js';
import { materializedStore, type StoreDefaults } from '../stores/materialized.js';
import { burnForCount } from './stream-aggregates.js';
import { TableFace } from '../tables/table-face.js';
import { emitStrategy } from './time-windowed-face.js';
import { keptSessions } from './window-stores.js';
import { windowedKey } from './windowed-key.js';

/** How a session is folded. */
interface SessionFold<A> {
  readonly initial: Initializer<A>;
  readonly add: Aggregator<any, any, A>;
  readonly merge: Merger<any, A>;
}

/** The face of a stream grouped in sessions (SessionWindowedKStreamImpl). */
export class SessionWindowedFace<K, V> extends SessionWindowedKStream<K, V> {
  private emit: EmitStrategy = 'update';

  constructor(
    private readonly group: GroupedHandle,
    private readonly window: SessionWindow,
  ) {
    super();
  }

  override emitStrategy(strategy: EmitStrategy): this {
    this.emit = emitStrategy(strategy);
    return this;
  }

  override count(options?: Stored<K, number>): KTable<Windowed<K>, number> {
    burnForCount(this.group, options);
    const fold: SessionFold<number> = { initial: () => 0, add: (count) => count + 1, merge: (left, right) => left + right };
    return this.table(options, { operator: 'count', prefix: 'KSTREAM-AGGREGATE-', key: this.group.key, value: serdes.long }, fold);
  }

  override reduce(reducer: Reducer<V>, options?: Stored<K, V>): KTable<Windowed<K>, V> {
    callback(reducer, 'the reducer of reduce');
    return this.table(
      options,
      { operator: 'reduce', prefix: 'KSTREAM-REDUCE-', key: this.group.key, value: this.group.value },
      sessionReduce(reducer),
    );
  }

  override aggregate<A>(
    initial: Initializer<A>,
    aggregator: Aggregator<K, V, A>,
    merger: Merger<K, A>,
    options?: Stored<K, A>,
  ): KTable<Windowed<K>, A> {
    callback(initial, 'the first argument of aggregate');
    callback(aggregator, 'the aggregator of aggregate');
    callback(merger, 'the merger of aggregate');
    return this.table(
      options,
      { operator: 'aggregate', prefix: 'KSTREAM-AGGREGATE-', key: this.group.key, value: undefined },
      { initial, add: aggregator, merge: merger },
    );
  }

  private table(options: Stored<K, any> | undefined, defaults: StoreDefaults, fold: SessionFold<any>): KTable<Windowed<K>, any> {
    const { group, window, emit } = this;
    const { names } = group.graph;
    const store = materializedStore(names, options?.materialized, defaults);
    const name = names.orGenerated(nameIn(options, defaults.operator), defaults.prefix);
    const declaration = store.declare(keptSessions(window, options?.materialized?.retention, store.name, emit));
    const handle = addAggregate(group, group.parentFor(store.name), {
      name,
      store: declaration,
      queryableStoreName: store.isNamed ? store.name : null,
      key: windowedKey(window, store.key),
      value: store.value,
      graceMs: window.gapMs + window.graceMs,
      view: () => sessionStoreView(store.name),
      create: ({ sendsOldValues }, { emitIntervalMs }) =>
        new SessionWindowAggregate({ store: store.name, window, ...fold, emit, emitIntervalMs, oldValues: sendsOldValues }),
    });
    return new TableFace(handle);
  }
}

/** The reducer adds values to a session and joins sessions; where there is none yet, the other one is the result. */
function sessionReduce<V>(reduce: Reducer<V>): SessionFold<V | null> {
  const join = (left: V | null, right: V | null): V | null => (left === null ? right : right === null ? left : reduce(left, right));
  return { initial: () => null, add: (session, value: V) => (session === null ? value : reduce(session, value)), merge: join };
}
