import type { KeyValueStore, ProcessingContext, Processor, ProcessorContext, StreamRecord } from '@ouzel/streams';
import { dsl, named, pair, type Twins } from './parts.js';
import { Contextual } from './contextual.js';

/** Writes each record into the global store, in capitals. */
class Upcase implements Processor<string, string, void, void> {
  private names!: KeyValueStore<string, string>;

  init(context: ProcessingContext): void {
    this.names = context.getStateStore('names');
  }

  process({ key, value }: StreamRecord<string, string>): void {
    if (value === null) this.names.delete(key);
    else this.names.put(key, value.toUpperCase());
  }
}

/** Appends the name that belongs to the record's key to its value. */
class Lookup extends Contextual {
  private names!: KeyValueStore<string, string>;

  override init(context: ProcessorContext<string, string>): void {
    super.init(context);
    this.names = context.getStateStore('names');
  }

  process(record: StreamRecord<string, string>): void | Promise<void> {
    return this.context.forward(record.with({ value: `${record.value} ${this.names.get(record.key)}` }));
  }
}

/** GlobalTables.java: global tables and global stores. */
export const globalTables: Twins = {
  'globaltable-join': dsl(({ builder, text }) => {
    builder
      .stream('s', text)
      .leftJoin(builder.globalTable('g', { ...text, ...named('gs') }), pair, { on: (value) => (value === 'n' ? null : value) })
      .to('out', text);
  }),

  'globaltable-inner': dsl(({ builder, text, store }) => {
    builder
      .stream('s', text)
      .join(builder.globalTable('g', { ...text, name: 'global', ...store('gs') }), pair, {
        on: (value) => (value === 'n' ? null : value === null ? 'x' : value),
        name: 'enrich',
      })
      .to('out', text);
  }),

  'globaltable-then-join': dsl(({ builder, text, textJoin, store }) => {
    builder
      .stream('s', text)
      .selectKey((value) => value)
      .leftJoin(builder.globalTable('g', { ...text, ...store('gs') }), pair, { on: (_, key) => key })
      .leftJoin(builder.table('t', { ...text, ...store('tbl') }), pair, textJoin)
      .to('out', text);
  }),

  'global-store': dsl(({ builder, text, ouzel: { Stores } }) => {
    const names = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('names'), text.key, text.value).withLogging(false);
    builder.addGlobalStore<string, string>(names, 'g', { ...text, processor: () => new Upcase() });
    builder
      .stream('in', text)
      .process<string, string>(() => new Lookup())
      .to('out', text);
  }),
};
