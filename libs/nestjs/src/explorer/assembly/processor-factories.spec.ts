import { serdes, type KStream, type StreamRecord } from '@ouzel/streams';
import { Process, Processor, Source, StreamTopology } from '../../decorators/index.js';
import { declaredTopology } from '../declared-topology.js';
import { ProcessorFactories } from './processor-factories.js';

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

function factories() {
  const module = { create: async <T>(type: new () => T): Promise<T> => new type() };
  const topology = declaredTopology(NumberTopology, new NumberTopology(), module);
  const processors = new ProcessorFactories();
  return { processors, make: processors.of({ topology, member: topology.members[1]!, punctuations: [] }, () => undefined) };
}

describe('a processor class', () => {
  beforeEach(() => void (Numbered.made = 0));

  it('has an instance for each task', async () => {
    const { make } = factories();
    expect([await make(), await make()]).toEqual([{ number: 1 }, { number: 2 }]);
  });

  it('is made once at boot, and a task gets that instance first', async () => {
    const { processors, make } = factories();
    expect(await processors.prepare()).toEqual([]);
    expect(Numbered.made).toBe(1);
    expect([await make(), await make()]).toEqual([{ number: 1 }, { number: 2 }]);
  });
});
