import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { HeldScan, listScan, mapScan } from './scan.js';

setFlagsFromString('--expose-gc');
const collectGarbage = runInNewContext('gc') as () => void;

/** A scan of numbers, and whether it was ended. */
function source(count: number) {
  const state = { ended: 0, over: 0 };
  const numbers = Array.from({ length: count }, (_, i) => i)[Symbol.iterator]();
  const below: AsyncIterableIterator<number> = {
    next: async () => numbers.next(),
    async return() {
      state.ended++;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
  return {
    state,
    scan: () =>
      new HeldScan(
        below,
        (n) => n * 2,
        () => state.over++,
      ),
  };
}

/** In a function of its own, so that nothing here refers to the scan any more. */
async function readOneOf(scan: () => AsyncIterator<number>): Promise<void> {
  await scan().next();
}

describe('a scan that holds a snapshot', () => {
  it('releases it at its end, once', async () => {
    const { state, scan } = source(3);
    const items: number[] = [];
    for await (const item of scan()) items.push(item);
    expect(items).toEqual([0, 2, 4]);
    expect(state.over).toBe(1);
  });

  it('releases it when it is ended before its end, begun or not', async () => {
    const begun = source(3);
    for await (const _ of begun.scan()) break;
    expect(begun.state).toEqual({ ended: 1, over: 1 });
    const fresh = source(3);
    await fresh.scan().return();
    expect(fresh.state).toEqual({ ended: 1, over: 1 });
  });

  it('releases it when an item cannot be read', async () => {
    const { state, scan } = source(3);
    const failing = mapScan(scan(), () => {
      throw new Error('damaged');
    });
    await expect(failing.next()).rejects.toThrow('damaged');
    expect(state).toEqual({ ended: 1, over: 1 });
  });

  it('releases it when the scan was dropped', async () => {
    const begun = source(3);
    await readOneOf(begun.scan);
    const fresh = source(3);
    const drop = () => void fresh.scan();
    drop();
    for (let turns = 0; turns < 200 && begun.state.over + fresh.state.over < 2; turns++) {
      collectGarbage();
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([begun.state, fresh.state]).toEqual([
      { ended: 1, over: 1 },
      { ended: 1, over: 1 },
    ]);
  });
});

it('lists items as a scan', async () => {
  const items: string[] = [];
  for await (const item of listScan(['a', 'b'])) items.push(item);
  expect(items).toEqual(['a', 'b']);
});
