import fc from 'fast-check';
import { AsyncMapValues, asyncLimits, type AsyncOptions } from './async-map-values.js';
import { OperatorBench } from './operator-bench.spec-support.js';

/** How often a value fails, and how long each attempt takes, ms. */
const job = fc.record({
  key: fc.constantFrom('a', 'b', 'c'),
  failures: fc.integer({ min: 0, max: 3 }),
  delay: fc.integer({ min: 0, max: 50 }),
});

it('keeps the order of each key, loses and repeats nothing, and never exceeds the limit, whatever takes how long and fails how often', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(job, { maxLength: 30 }), fc.integer({ min: 1, max: 5 }), async (jobs, concurrency) => {
      const left = jobs.map(({ failures }) => failures);
      const atWork = new Map<string, number>();
      let most = 0;
      let fromSameKey = 0;
      const mapper = async (index: number, key: string): Promise<string> => {
        atWork.set(key, (atWork.get(key) ?? 0) + 1);
        most = Math.max(
          most,
          [...atWork.values()].reduce((sum, count) => sum + count, 0),
        );
        fromSameKey = Math.max(fromSameKey, atWork.get(key)!);
        await bench.clock.sleep(jobs[index]!.delay);
        atWork.set(key, atWork.get(key)! - 1);
        if (left[index]!-- > 0) throw new Error(`${index}`);
        return `${index}`;
      };
      const bench = await OperatorBench.open(
        new AsyncMapValues<string, number, string>(mapper, asyncLimits({ concurrency, retry: { attempts: 3, backoff: 5 } })),
      );
      await settled(bench, async () => {
        for (const [index, { key }] of jobs.entries()) await bench.pipe(key, index, index);
        await bench.flush();
      });
      const lost = jobs.flatMap(({ failures }, index) => (failures > 2 ? [`${index}`] : []));
      expect(bench.failures.map(({ message }) => message).sort(byNumber)).toEqual(lost);
      const out = bench.take();
      for (const key of ['a', 'b', 'c']) {
        const expected = jobs.flatMap((one, index) => (one.key === key && one.failures <= 2 ? [`${index}`] : []));
        expect(out.filter((record) => record.key === key).map(({ value }) => value as string)).toEqual(expected);
      }
      expect(most).toBeLessThanOrEqual(concurrency);
      expect(fromSameKey).toBeLessThanOrEqual(1);
    }),
    { numRuns: 40 },
  );
}, 60_000);

it('forwards in the context in which a record came, and gives the current one back', async () => {
  const bench = await run(async (value) => Promise.resolve(value));
  await bench.pipe('k', 'v', 7);
  await bench.clock.turn();
  await bench.pipe('other', 'w', 9);
  expect(bench.end.contexts).toEqual([expect.objectContaining({ timestamp: 7, offset: 0 })]);
  expect(bench.record).toMatchObject({ timestamp: 9, offset: 1 });
});

it('overlaps records of different keys, and forwards what finishes first', async () => {
  const waits: Record<string, () => void> = {};
  const bench = await run((value) => new Promise((resolve) => (waits[value] = () => resolve(value))));
  await bench.pipe('a', 'slow');
  await bench.pipe('b', 'fast');
  waits['fast']!();
  await bench.clock.turn();
  await bench.runDeferred();
  expect(bench.text()).toEqual(['b=fast@0']);
  waits['slow']!();
  await bench.flush();
  expect(bench.text()).toEqual(['a=slow@0']);
});

it('gives an attempt up after its time, with a signal, and fails with OUZEL_MAPPER_TIMEOUT after the last', async () => {
  const signals: AbortSignal[] = [];
  const bench = await run(
    (_value, _key, _record, signal) => {
      signals.push(signal);
      return new Promise(() => {});
    },
    { timeout: '1s', retry: { attempts: 2, backoff: '500ms' } },
  );
  await settled(bench, async () => {
    await bench.pipe('k', 'v');
    await bench.flush();
  });
  expect(bench.clock.now()).toBe(2_500);
  expect(signals.map(({ aborted }) => aborted)).toEqual([true, true]);
  expect(bench.failures).toEqual([expect.objectContaining({ code: 'OUZEL_MAPPER_TIMEOUT' })]);
});

it('aborts what is at work when its task is closed, forwards nothing of it, and lets nobody wait', async () => {
  let given: AbortSignal | undefined;
  const node = new AsyncMapValues<string, string, string>(
    (_value, _key, _record, signal) => {
      given = signal;
      return new Promise(() => {});
    },
    asyncLimits({ concurrency: 1, retry: { attempts: 5 } }),
  );
  const bench = await OperatorBench.open(node);
  const held = bench.pipe('k', 'v');
  await bench.clock.turn();
  node.close();
  await held;
  await bench.clock.turn();
  expect(given?.aborted).toBe(true);
  expect(bench.take()).toEqual([]);
  expect(bench.failures).toEqual([]);
});

it('takes keys that look alike for the same, objects included', async () => {
  const started: string[] = [];
  const bench = await run((value) => {
    started.push(value);
    return new Promise(() => {});
  });
  await bench.pipe({ id: 1 }, 'first');
  await bench.pipe({ id: 1 }, 'second');
  await bench.pipe(Buffer.from('x'), 'third');
  await bench.pipe(Buffer.from('x'), 'fourth');
  expect(started).toEqual(['first', 'third']);
});

function run(mapper: ConstructorParameters<typeof AsyncMapValues<any, string, string>>[0], options?: AsyncOptions): Promise<OperatorBench> {
  return OperatorBench.open(new AsyncMapValues<any, string, string>(mapper, asyncLimits(options)));
}

/** Runs work to its end, moving the clock from timer to timer. */
async function settled(bench: OperatorBench, work: () => Promise<void>): Promise<void> {
  let isDone = false;
  const done = work().finally(() => (isDone = true));
  while (!isDone) await bench.clock.next();
  await done;
}

function byNumber(a: string, b: string): number {
  return Number(a) - Number(b);
}
