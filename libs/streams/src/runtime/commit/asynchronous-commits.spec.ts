import { EmbeddedApp, gate, text, until } from '../../embedded-app.spec-support.js';
import { StreamsBuilder, type Processor, type ProcessorContext, type StreamRecord } from '../../index.js';

describe('A commit beside user code that answers promises', () => {
  const app = EmbeddedApp.use('in', 'other-in', 'out');

  it('comes though one record follows the other without a pause', async () => {
    const builder = new StreamsBuilder();
    class Slow implements Processor<string, string, string, string> {
      private context!: ProcessorContext<string, string>;
      init(context: ProcessorContext<string, string>) {
        this.context = context;
      }
      async process(record: StreamRecord<string, string>) {
        await new Promise((resolve) => setTimeout(resolve, 1));
        await this.context.forward(record);
      }
    }
    builder
      .stream('in', text)
      .process(() => new Slow())
      .to('out', text);
    const streams = await app.started(builder.build());
    await app.sendValues('in', ...Array.from({ length: 3_000 }, (_, i) => String(i)));
    await until(async () => (await app.committed('in')) > 0);
    const { partitions } = streams.status().tasks[0]!;
    expect(partitions[0]!.lag).toBeGreaterThan(0);
  });

  it('does not wait for a call of another task that does not come back', async () => {
    const hung = gate<string>();
    const builder = new StreamsBuilder();
    builder
      .stream('in', text)
      .asyncMapValues(() => hung.promise, { timeout: '1h' })
      .to('out', text);
    builder.stream('other-in', text).process(() => ({ process() {} }), { name: 'other' });
    await app.started(builder.build());
    await app.sendValues('in', 'hangs');
    await app.sendValues('other-in', 'a', 'b');
    await until(async () => (await app.committed('other-in')) === 2);
    expect(await app.committed('in')).toBeLessThanOrEqual(0);
    hung.open('done');
    await until(async () => (await app.committed('in')) === 1);
    expect(await app.values('out', 1)).toEqual(['done']);
  });

  it('covers no record whose change has left a cache and waits in an asynchronous operator', async () => {
    const hung = gate<string>();
    let called = false;
    const builder = new StreamsBuilder();
    builder
      .table('in', { ...text, materialized: { store: 'rows' } })
      .toStream()
      .asyncMapValues(
        () => {
          called = true;
          return hung.promise;
        },
        { timeout: '1h' },
      )
      .to('out', text);
    builder.stream('other-in', text).process(() => ({ process() {} }), { name: 'other' });
    await app.started(builder.build());
    await app.sendValues('in', 'row');
    await until(() => called);
    await app.sendValues('other-in', 'a');
    await until(async () => (await app.committed('other-in')) === 1);
    expect(await app.committed('in')).toBeLessThanOrEqual(0);
    hung.open('done');
    await until(async () => (await app.committed('in')) === 1);
    expect(await app.values('out', 1)).toEqual(['done']);
  });
});
