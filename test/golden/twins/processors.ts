import type {
  FixedKeyProcessor,
  FixedKeyProcessorContext,
  KeyValueStore,
  ProcessingContext,
  Processor,
  ProcessorContext,
  StreamRecord,
  WindowStore,
} from '@ouzel/streams';
import { Contextual, increment, Passing } from './contextual.js';
import { dsl, plain, type Ouzel, type Twin, type Twins } from './parts.js';

type Texts = StreamRecord<string, string>;
type Clock = 'stream-time' | 'wall-clock-time';

// ---- stores

class Dedup extends Contextual {
  private seen!: KeyValueStore<string, string>;

  override init(context: ProcessorContext<string, string>): void {
    super.init(context);
    this.seen = context.getStateStore('seen');
  }

  process(record: Texts): void | Promise<void> {
    if (record.key === null || record.value === null) return;
    if (record.value === this.seen.get(record.key)) return;
    this.seen.put(record.key, record.value);
    return this.context.forward(record);
  }
}

class Writing extends Contextual<void, void> {
  process({ key, value }: Texts): void {
    this.context.getStateStore('shared').put(key, value);
  }
}

class Reading implements FixedKeyProcessor<string, string, string> {
  private context!: FixedKeyProcessorContext<string, string>;

  init(context: FixedKeyProcessorContext<string, string>): void {
    this.context = context;
  }

  process(record: Texts): void | Promise<void> {
    const shared = this.context.getStateStore<KeyValueStore<string, string>>('shared');
    return this.context.forward(record.with({ value: `${record.value}=${shared.get(record.key)}` }));
  }
}

class Neighbours extends Contextual {
  async process(record: Texts): Promise<void> {
    const { key, timestamp } = record;
    const store = this.context.getStateStore<WindowStore<string, string>>('w');
    store.put(key, record.value, timestamp);
    let found = '';
    for await (const [{ window }, value] of store.fetchRange(key, key, timestamp - 150, timestamp + 150))
      found += `${window.start}=${value};`;
    await this.context.forward(record.with({ value: found }));
  }
}

// ---- records

class Numbering implements FixedKeyProcessor<string, string, string> {
  private context!: FixedKeyProcessorContext<string, string>;
  private n = 0;

  init(context: FixedKeyProcessorContext<string, string>): void {
    this.context = context;
  }

  async process(record: Texts): Promise<void> {
    await this.context.forward(record.with({ value: `${record.value}#${this.n++}` }));
    const headers = record.headers.with('n', String(this.n));
    await this.context.forward(record.with({ value: 'later', timestamp: record.timestamp + 1000, headers }));
  }
}

class Telling extends Contextual {
  process(record: Texts): void | Promise<void> {
    const { recordMetadata, taskId, applicationId } = this.context;
    const { topic, partition, offset } = recordMetadata!;
    const times = [this.context.currentStreamTime(), this.context.currentSystemTime()];
    return this.context.forward(record.with({ value: [topic, partition, offset, taskId, applicationId, ...times].join(' ') }));
  }
}

// ---- punctuation

/** Forwards each record, and one for each punctuation, every 10 ms of both clocks. */
class BothClocks extends Contextual {
  constructor(
    private readonly ouzel: Ouzel,
    private readonly options?: { startTime: number },
  ) {
    super();
  }

  override init(context: ProcessorContext<string, string>): void {
    super.init(context);
    this.tell('stream', 'stream-time');
    this.tell('wall', 'wall-clock-time');
  }

  process(record: Texts): void | Promise<void> {
    return this.context.forward(record);
  }

  private tell(key: string, clock: Clock): void {
    this.context.schedule(10, clock, (now) => this.context.forward(new this.ouzel.StreamRecord(key, 't' + now, now)), this.options);
  }
}

class Cancelling extends Contextual {
  private calls = 0;

  constructor(private readonly ouzel: Ouzel) {
    super();
  }

  override init(context: ProcessorContext<string, string>): void {
    super.init(context);
    const first = context.schedule(10, 'stream-time', async (now) => {
      const { topic, partition, offset } = context.recordMetadata ?? { topic: null, partition: -1, offset: -1 };
      const metadata = `metadata Optional[${topic}${partition}${offset}]`;
      await context.forward(new this.ouzel.StreamRecord('first', `t${now} ${metadata}`, now));
      if (++this.calls === 2) first.cancel();
    });
  }

  async process(record: Texts): Promise<void> {
    const { context, ouzel } = this;
    await context.forward(record);
    if (record.value !== 'start') return;
    context.schedule(5, 'stream-time', (now) => context.forward(new ouzel.StreamRecord('second', 't' + now, now)));
  }
}

class Batching extends Contextual<number> {
  private sums!: KeyValueStore<string, number>;

  constructor(
    private readonly ouzel: Ouzel,
    private readonly clock: Clock,
  ) {
    super();
  }

  override init(context: ProcessorContext<string, number>): void {
    super.init(context);
    this.sums = context.getStateStore('sums');
    context.schedule(50, this.clock, async (now) => {
      for await (const [key, sum] of this.sums.all()) {
        await context.forward(new this.ouzel.StreamRecord(key, sum, now));
        this.sums.delete(key);
      }
    });
  }

  process({ key }: Texts): void {
    increment(this.sums, key);
  }
}

function punctuated(clock: Clock): Twin {
  return dsl(({ builder, text, textLong, serdes, ouzel }) => {
    const { Stores } = ouzel;
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('sums'), serdes.string, serdes.long));
    builder
      .stream('in', text)
      .process<string, number>(() => new Batching(ouzel, clock), { stores: ['sums'] })
      .to('out', textLong);
  });
}

// ---- Topology without the DSL

class Routing extends Contextual {
  async process(record: Texts): Promise<void> {
    this.context.getStateStore('last').put(record.key, record.value);
    if (record.value.startsWith('plain')) await this.context.forward(record, 'plain-sink');
    if (record.value.startsWith('upper')) await this.context.forward(record, 'upper');
    if (record.value.startsWith('both')) await this.context.forward(record);
  }
}

class Upper extends Contextual {
  process(record: Texts): void | Promise<void> {
    const last = this.context.getStateStore<KeyValueStore<string, string>>('last');
    return this.context.forward(record.with({ value: last.get(record.key)!.toUpperCase() }));
  }
}

class StoreWriting implements Processor<string, string, void, void> {
  private store!: KeyValueStore<string, string>;

  constructor(private readonly name: string) {}

  init(context: ProcessingContext): void {
    this.store = context.getStateStore(this.name);
  }

  process({ key, value }: Texts): void {
    this.store.put(key, value);
  }
}

class NamesReading extends Contextual {
  process(record: Texts): void | Promise<void> {
    const names = this.context.getStateStore<KeyValueStore<string, string>>('names');
    return this.context.forward(record.with({ value: `${record.value} ${names.get(record.key)}` }));
  }
}

/** Processors.java: the Processor API, within the DSL and on its own. */
export const processors: Twins = {
  'process-dedup': dsl(({ builder, text, ouzel: { Stores } }) => {
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('seen'), text.key, text.value));
    builder
      .stream('in', text)
      .process<string, string>(() => new Dedup(), { stores: ['seen'] })
      .to('out', text);
  }),

  'process-dedup-supplied': dsl(({ builder, text, ouzel: { Stores } }) => {
    const stores = [Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('seen'), text.key, text.value)];
    builder
      .stream('in', text)
      .process<string, string>({ get: () => new Dedup(), stores }, { name: 'dedup' })
      .to('out', text);
  }),

  'process-shared-store': dsl(({ builder, text, ouzel: { Stores } }) => {
    builder.addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('shared'), text.key, text.value));
    builder.stream('write', text).process<void, void>(() => new Writing(), { name: 'writer', stores: ['shared'] });
    builder
      .stream('read', text)
      .processValues<string>(() => new Reading(), { name: 'reader', stores: ['shared'] })
      .to('out', text);
  }),

  'process-window-store': dsl(({ builder, text, ouzel: { Stores } }) => {
    const supplier = Stores.persistentWindowStore('w', { retention: 1000, size: 100 });
    builder.addStateStore(Stores.windowStoreBuilder(supplier, text.key, text.value));
    builder
      .stream('in', text)
      .process<string, string>(() => new Neighbours(), { stores: ['w'] })
      .to('out', text);
  }),

  'process-values': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .processValues<string>(() => new Numbering())
      .to('out', text);
  }),

  'process-metadata': dsl(({ builder, text }) => {
    builder
      .stream('in', text)
      .process<string, string>(() => new Telling())
      .to('out', text);
  }),

  'partition-time-metadata': dsl(({ builder, text, ouzel }) => {
    builder
      .stream('in', text)
      .process<string, string>(() => new BothClocks(ouzel))
      .to('out', text);
  }),

  'punctuate-anchored': dsl(({ builder, text, ouzel }) => {
    builder
      .stream('in', text)
      .process<string, string>(() => new BothClocks(ouzel, { startTime: 25 }))
      .to('out', text);
  }),

  'punctuate-cancel': dsl(({ builder, text, ouzel }) => {
    builder
      .stream('in', text)
      .process<string, string>(() => new Cancelling(ouzel))
      .to('out', text);
  }),

  'process-punctuate-stream-time': punctuated('stream-time'),
  'process-punctuate-wall-clock': punctuated('wall-clock-time'),

  'plain-topology': plain((topology, { text, ouzel: { Stores } }) => {
    topology
      .addSource('source', ['in', 'in2'], text)
      .addProcessor<string, string, string, string>('router', () => new Routing(), ['source'])
      .addProcessor<string, string, string, string>('upper', () => new Upper(), ['router'])
      .addStateStore(Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('last'), text.key, text.value), ['router', 'upper'])
      .addSink<string, string>('plain-sink', 'out', { ...text, parents: ['router'] })
      .addSink<string, string>('upper-sink', (_value, _key, _record, at) => `upper-${at?.topic ?? null}`, { ...text, parents: ['upper'] });
  }),

  'plain-topology-two-parts': plain((topology, { text, ouzel: { Stores } }) => {
    const g = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('g'), text.key, text.value).withLogging(false);
    topology
      .addSource('first-source', 'in', text)
      .addProcessor<string, string, string, string>('first', () => new Passing(), ['first-source'])
      .addSink<string, string>('first-sink', 'between', { ...text, parents: ['first'] })
      .addSource('second-source', 'between', text)
      .addProcessor<string, string, string, string>('second', () => new Passing(), ['second-source'])
      .addSink<string, string>('second-sink', 'out', { ...text, parents: ['second'] })
      .addGlobalStore<string, string>(g, 'global-source', 'global', 'global-processor', () => new StoreWriting('g'), text);
  }),

  'read-only-store': plain((topology, { text, ouzel: { Stores } }) => {
    const names = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('names'), text.key, text.value);
    topology
      .addReadOnlyStateStore<string, string>(names, 'names-source', 'names', 'names-writer', () => new StoreWriting('names'), text)
      .addSource('source', 'in', text)
      .addProcessor<string, string, string, string>('lookup', () => new NamesReading(), ['source'])
      .connectProcessorAndStateStores('lookup', 'names')
      .addSink<string, string>('sink', 'out', { ...text, parents: ['lookup'] });
  }),
};
