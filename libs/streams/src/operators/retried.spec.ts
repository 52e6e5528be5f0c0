import { StreamRecord } from '../record/record.js';
import { Filter } from './filter.js';
import { MapValues } from './map-values.js';
import { OperatorBench } from './operator-bench.spec-support.js';
import { Retried } from './retried.js';
import { retryPolicy, type RetryOptions } from './retry.js';

type Mapper = (value: string) => string;

/** A mapper that fails as often as its value says, and counts its calls. */
function failing(): { readonly calls: string[]; readonly mapper: Mapper } {
  const calls: string[] = [];
  const mapper = (value: string) => {
    calls.push(value);
    if (calls.filter((call) => call === value).length <= Number(value)) throw new Error(`refused ${value}`);
    return `${value}!`;
  };
  return { calls, mapper };
}

const retried = (mapper: Mapper, options: RetryOptions) =>
  new Retried<string, string, string>(mapper, retryPolicy(options, 'mapValues'), (call) => new MapValues(call));

function withoutWaits(bench: OperatorBench): OperatorBench {
  bench.clock.sleep = () => bench.clock.turn();
  return bench;
}

const open = async (mapper: Mapper, options: RetryOptions) => withoutWaits(await OperatorBench.open(retried(mapper, options)));

it('calls a callback again until it returns, and hands on its last result once', async () => {
  const { calls, mapper } = failing();
  const node = retried(mapper, { attempts: 4 });
  const bench = withoutWaits(await OperatorBench.open(node));
  for (const value of ['0', '3', '1']) await bench.pipe('k', value);
  expect(bench.text()).toEqual(['k=0!@0', 'k=3!@0', 'k=1!@0']);
  expect(calls).toEqual(['0', '3', '3', '3', '3', '1', '1']);
  expect(node.retries).toBe(4);
});

it('returns no promise for a record on which nothing fails', async () => {
  const node = retried((value) => value, { attempts: 2 });
  const bench = await OperatorBench.open(node);
  expect(node.receive(new StreamRecord('k', 'v', 0))).toBeUndefined();
  expect(bench.text()).toEqual(['k=v@0']);
});

it('hands the failure of the last attempt to the processing handler, with the number of attempts', async () => {
  const { mapper } = failing();
  const bench = await open(mapper, { attempts: 3 });
  await bench.pipe('k', '9');
  await bench.pipe('k', '0');
  expect(bench.failures).toEqual([expect.objectContaining({ message: 'refused 9' })]);
  expect(bench.attempts).toEqual([3]);
  expect(bench.text()).toEqual(['k=0!@0']);
});

it('retries only the errors that `on` accepts', async () => {
  const { calls, mapper } = failing();
  const bench = await open(mapper, { attempts: 5, on: ({ message }) => message === 'refused 2' });
  await bench.pipe('k', '2');
  await bench.pipe('k', '1');
  expect(calls).toEqual(['2', '2', '2', '1']);
  expect(bench.attempts).toEqual([1]);
});

it('gives the error of `on` to the processing handler', async () => {
  const bench = await open(failing().mapper, {
    attempts: 5,
    on: () => {
      throw new Error('on failed');
    },
  });
  await bench.pipe('k', '2');
  expect(bench.failures).toEqual([expect.objectContaining({ message: 'on failed' })]);
});

it.each([
  ['doubles', { attempts: 5, backoff: '1s' }, [1_000, 2_000, 4_000, 8_000]],
  ['has a longest wait', { attempts: 5, backoff: '1s', maxBackoff: '3s' }, [1_000, 2_000, 3_000, 3_000]],
  ['leaves a part to chance', { attempts: 3, backoff: '1s', jitter: 0.5 }, [750, 1_500]],
] as const)('waits between attempts: the wait %s', async (_, options, expected) => {
  const bench = await open(failing().mapper, options);
  const slept: number[] = [];
  bench.clock.sleep = async (ms) => void slept.push(ms);
  await bench.pipe('k', '9');
  expect(slept).toEqual(expected);
});

it('waits for a promise that a callback returns, and calls it again when that rejects', async () => {
  let calls = 0;
  const accepts = async () => {
    if (++calls < 3) throw new Error('not yet');
    return calls === 3;
  };
  const node = new Retried<string, string, boolean>(accepts as never, retryPolicy({ attempts: 3 }, 'filter'), (call) => new Filter(call));
  const bench = withoutWaits(await OperatorBench.open(node));
  await bench.pipe('k', 'v', 5);
  expect(bench.text()).toEqual(['k=v@5']);
  expect(bench.end.contexts).toEqual([expect.objectContaining({ timestamp: 5 })]);
});

it('rejects with OUZEL_TASK_MIGRATED when the task is given up while it waits', async () => {
  const node = retried(failing().mapper, { attempts: 3 });
  const bench = await OperatorBench.open(node);
  const piped = bench.pipe('k', '9');
  await bench.clock.turn();
  node.close();
  await piped;
  expect(bench.failures).toEqual([expect.objectContaining({ code: 'OUZEL_TASK_MIGRATED' })]);
});
