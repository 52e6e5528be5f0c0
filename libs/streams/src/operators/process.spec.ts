import type { ProcessorContext } from '../processor/processor.js';
import type { StreamRecord } from '../record/record.js';
import { Headers } from '@ouzel/core';
import { OperatorBench } from './operator-bench.spec-support.js';
import { PassThrough } from './pass-through.js';
import { Process } from './process.js';

/** A processor that hands its context out, and does with each record what it is told. */
async function open(work: (record: StreamRecord<string, string>, context: ProcessorContext<string, string>) => void | Promise<void>) {
  let context!: ProcessorContext<string, string>;
  const node = new Process<string, string, string, string>({
    init: (given) => void (context = given),
    process: (record) => work(record, context),
  });
  node.name = 'mine';
  return { node, bench: await OperatorBench.open(node), context: () => context };
}

it('forwards to all children, or to the one named', async () => {
  const { node, bench } = await open((record, context) => context.forward(record, record.value === 'all' ? undefined : record.value));
  const other = new PassThrough<string, string>();
  other.name = 'other';
  void other.init(bench);
  other.children.push(bench.end);
  bench.end.name = 'end';
  node.children.push(other);
  for (const child of ['all', 'end', 'other']) await bench.pipe('k', child);
  expect(bench.text()).toEqual(['k=all@0', 'k=all@0', 'k=end@0', 'k=other@0']);
  await bench.pipe('k', 'nobody');
  expect(bench.failures).toEqual([expect.objectContaining({ code: 'OUZEL_TOPOLOGY', help: expect.stringContaining('end, other') })]);
});

it('changes time and headers for those below it only', async () => {
  const headers = Headers.of([['h', '1']]);
  let metadata: unknown;
  const { bench, context } = await open((record, inner) => {
    void inner.forward(record.with({ timestamp: 77, headers }));
    metadata = inner.recordMetadata;
  });
  await bench.pipe('k', 'v', 5);
  expect(bench.end.contexts).toEqual([expect.objectContaining({ timestamp: 77, headers, offset: 0 })]);
  expect(bench.record).toMatchObject({ timestamp: 5, headers: Headers.empty });
  expect(metadata).toEqual({ topic: 'in', partition: 0, offset: 0 });
  expect(context().recordMetadata).toBeNull();
});

it('gives time and headers back after a child that answers a promise', async () => {
  const { bench } = await open((record, context) => context.forward(record.with({ timestamp: 77 })));
  bench.end.answer = () => Promise.resolve();
  await bench.pipe('k', 'v', 5);
  expect(bench.record.timestamp).toBe(5);
});

it('refuses a negative time', async () => {
  const { bench } = await open((record, context) => context.forward(record.with({ timestamp: -1 })));
  await bench.pipe('k', 'v', 5);
  expect(bench.failures).toEqual([expect.objectContaining({ code: 'OUZEL_TIMESTAMP', where: 'mine' })]);
});

it('hands a failure to the handler, thrown or as a promise', async () => {
  const { bench } = await open((record) => {
    if (record.value === 'later') return Promise.reject(new Error('later'));
    throw new Error('now');
  });
  await bench.pipe('k', 'now');
  await bench.pipe('k', 'later');
  expect(bench.failures.map(({ message }) => message)).toEqual(['now', 'later']);
});

it('knows no store that it is not connected to', async () => {
  const { node, context } = await open(() => {});
  node.stores = ['mine'];
  expect(() => context().getStateStore('other')).toThrow(
    expect.objectContaining({ code: 'OUZEL_STORE_UNKNOWN', help: expect.stringContaining('mine') }),
  );
});

it('closes the processor if it was initialised', async () => {
  const closed: string[] = [];
  const node = new Process({ process: () => {}, close: () => void closed.push('closed') });
  await node.close();
  expect(closed).toEqual([]);
  await OperatorBench.open(node);
  await node.close();
  expect(closed).toEqual(['closed']);
});
