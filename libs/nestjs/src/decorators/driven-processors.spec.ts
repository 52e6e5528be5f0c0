import { Injectable, Module, Scope, type Type } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import {
  embedded,
  serdes,
  silentLogger,
  Stores,
  StreamRecord,
  type FixedKeyProcessorContext,
  type GlobalKTable,
  type KeyValueStore,
  type KeyValueStoreView,
  type KStream,
  type ProcessorContext,
} from '@ouzel/streams';
import { createDrivenApplication, type DrivenApplication } from '@ouzel/testing/nestjs';
import { InjectStore, OuzelModule } from '../index.js';
import { AsyncMapValues, GlobalTable, Process, Processor, ProcessValues, Source, StreamTopology } from './index.js';

const text = { key: serdes.string, value: serdes.string };
const store = (name: string) => Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), serdes.string, serdes.string);

class Rules {
  isAllowed(value: string): boolean {
    return value !== 'forbidden';
  }
}

class Scorer {
  async score(value: string, signal: AbortSignal): Promise<number> {
    signal.throwIfAborted();
    return value.length;
  }
}

@Processor({ stores: [store('pending')] })
class Batch implements Processor<string, string, string, string> {
  private pending!: KeyValueStore<string, string>;
  private context!: ProcessorContext<string, string>;

  constructor(private readonly rules: Rules) {}

  init(context: ProcessorContext<string, string>): void {
    this.context = context;
    this.pending = context.getStateStore('pending');
    context.schedule('10s', 'wall-clock-time', (at) => this.flush(at));
  }

  process(record: StreamRecord<string, string>): void {
    if (this.rules.isAllowed(record.value)) this.pending.put(record.key, (this.pending.get(record.key) ?? '') + record.value);
  }

  private async flush(at: number): Promise<void> {
    for await (const [key, value] of this.pending.all()) {
      this.pending.delete(key);
      await this.context.forward(new StreamRecord(key, value, at));
    }
  }
}

@StreamTopology({ stores: [store('seen')] })
class PaymentTopology {
  constructor(
    private readonly rules: Rules,
    private readonly scorer: Scorer,
  ) {}

  @Source('payment', text)
  readonly payments!: KStream<string, string>;
  @GlobalTable('name', text)
  readonly names!: GlobalKTable<string, string>;

  @Process('payments', { stores: ['seen'], ...text, to: 'unique' })
  unique(record: StreamRecord<string, string>, context: ProcessorContext<string, string>): void | Promise<void> {
    const seen = context.getStateStore<KeyValueStore<string, string>>('seen');
    if (!this.rules.isAllowed(record.value) || seen.putIfAbsent(record.value, record.key) !== null) return;
    return context.forward(record.with({ key: record.value, value: `${record.key}@${context.recordMetadata?.offset}` }));
  }

  @ProcessValues('payments', { value: serdes.string, to: 'named' })
  named(record: StreamRecord<string, string>, context: FixedKeyProcessorContext<string, string>): void | Promise<void> {
    const names = context.getStateStore<KeyValueStore<string, { readonly value: string }>>('names');
    return context.forward(record.with({ value: `${record.value} of ${names.get(record.key)?.value}` }));
  }

  @Process('payments', Batch, { ...text, to: 'batch' })
  readonly batches!: KStream<string, string>;

  @AsyncMapValues('payments', { value: serdes.double, to: 'score' })
  score(payment: string, _key: string, _record: StreamRecord<string, string>, signal: AbortSignal): Promise<number> {
    return this.scorer.score(payment, signal);
  }
}

@Injectable()
class Reader {
  constructor(
    @InjectStore('seen') readonly seen: KeyValueStoreView<string, string>,
    @InjectStore('names') readonly names: KeyValueStoreView<string, string>,
  ) {}
}

/** Only this module has Rules. Processors are made from the providers of their topology's module. */
@Module({ providers: [PaymentTopology, Rules, Scorer] })
class PaymentModule {}

const ouzel = () => OuzelModule.forRoot({ applicationId: 'payments', kafka: embedded(), logger: silentLogger });

describe('a driven application processes', () => {
  let driven: DrivenApplication;
  beforeEach(async () => {
    driven = await createDrivenApplication(Test.createTestingModule({ imports: [ouzel(), PaymentModule], providers: [Reader] }));
  });
  afterEach(() => driven.app.close());

  const pipe = (topic: string, key: string, value: string) =>
    driven.driver.createInputTopic(topic, serdes.string, serdes.string).pipeKeyValue(key, value, 0);
  const read = (topic: string) => driven.driver.createOutputTopic(topic, serdes.string, serdes.string).readKeyValues();

  it('records by a method that has the context, providers, and stores of the topology', async () => {
    await pipe('payment', 'ann', 'tea');
    await pipe('payment', 'bob', 'tea');
    await pipe('payment', 'ann', 'forbidden');
    await pipe('payment', 'bob', 'cup');
    expect(read('unique')).toEqual([
      ['tea', 'ann@0'],
      ['cup', 'bob@3'],
    ]);
    expect(await driven.app.get(Reader).seen.get('tea')).toBe('ann');
  });

  it('values by a method that looks into a global table', async () => {
    await pipe('name', 'ann', 'Ann');
    await pipe('payment', 'ann', 'tea');
    expect(read('named')).toEqual([['ann', 'tea of Ann']]);
    expect(await driven.app.get(Reader).names.get('ann')).toBe('Ann');
  });

  it('records by a class with injection, a store of its own and punctuation', async () => {
    await pipe('payment', 'ann', 'tea');
    await pipe('payment', 'ann', 'forbidden');
    await pipe('payment', 'ann', 'cup');
    expect(read('batch')).toEqual([]);
    await driven.driver.advanceWallClock('10s');
    expect(read('batch')).toEqual([['ann', 'teacup']]);
  });

  it('values by a method that returns a promise', async () => {
    await pipe('payment', 'ann', 'tea');
    await pipe('payment', 'ann', 'lemon');
    expect(driven.driver.createOutputTopic('score', serdes.string, serdes.double).readKeyValues()).toEqual([
      ['ann', 3],
      ['ann', 5],
    ]);
  });
});

describe('a processor class', () => {
  class Topologies {
    @Source('payment', text)
    readonly payments!: KStream<string, string>;
  }
  const boot = (topology: new () => object, providers: Type[] = []) =>
    createDrivenApplication(Test.createTestingModule({ imports: [ouzel()], providers: [topology, ...providers] }));

  it('fails the boot when one of its dependencies is not provided', async () => {
    @StreamTopology()
    class BatchTopology extends Topologies {
      @Process('payments', Batch, text)
      readonly batches!: KStream<string, string>;
    }
    await expect(boot(BatchTopology)).rejects.toMatchObject({
      code: 'OUZEL_DECORATOR',
      faults: [
        {
          where: 'BatchTopology.batches (@Process)',
          what: expect.stringMatching(/^its processor Batch can not be made: .*Rules/) as string,
          help: expect.stringContaining('Provide what it needs') as string,
        },
      ],
    });
  });

  it('fails the boot when it needs a request-scoped provider', async () => {
    @Injectable({ scope: Scope.REQUEST })
    class OfRequest {}
    @Processor()
    class NeedsRequest {
      constructor(readonly request: OfRequest) {}
      process(_record: StreamRecord<string, string>): void {}
    }
    @StreamTopology()
    class RequestTopology extends Topologies {
      @Process('payments', NeedsRequest)
      readonly processed!: KStream<string, string>;
    }
    await expect(boot(RequestTopology, [OfRequest])).rejects.toThrow(
      'RequestTopology.processed (@Process): its processor NeedsRequest can not be made',
    );
  });
});
