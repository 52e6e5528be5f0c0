import { serdes, type KStream, type StreamRecord } from '@ouzel/streams';
import { Process, Processor, Source, StreamTopology } from '../decorators/index.js';
import { declaredTopology } from './declared-topology.js';
import { ProcessorFactory } from './processor-factory.js';

@Processor()
class Numbered {
  static made = 0;
  readonly number = ++Numbered.made;
  process(_record: StreamRecord<string, string>): void {}
}
@StreamTopology()
class NumberTopology {
  @Source('payment', { key: serdes.string, value: serdes.string })
  readonly payments!: KStream<string, string>;
  @Process('payments', Numbered)
  readonly processed!: KStream<string, string>;
}

function factory(): ProcessorFactory {
  const module = { create: async <T>(type: new () => T): Promise<T> => new type() };
  const topology = declaredTopology(NumberTopology, new NumberTopology(), module);
  return new ProcessorFactory({ topology, member: topology.members[1]! }, Numbered);
}

describe('a processor class', () => {
  beforeEach(() => void (Numbered.made = 0));

  it('has an instance for each task', async () => {
    const { get } = factory();
    expect([await get(), await get()]).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it('is made once at boot, and that one is the first that a task gets', async () => {
    const processors = factory();
    await processors.prepare();
    expect(Numbered.made).toBe(1);
    expect([await processors.get(), await processors.get()]).toEqual([{ number: 1 }, { number: 2 }]);
  });
});
