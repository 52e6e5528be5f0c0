import { kinds, kindsWhileRunning, type Kind } from './kinds.js';
import { GoodCopy } from './trial.js';

/** One trial of each kind; `npm run test:damage` makes many. */
describe('an application whose local state is damaged', () => {
  let good: GoodCopy;
  beforeAll(async () => {
    good = await GoodCopy.make();
  }, 120_000);
  afterAll(() => good.remove());

  it.each(Object.keys(kinds) as Kind[])(
    'comes up with right answers when %s',
    async (kind) => {
      expect((await good.atRest(kind, 1)).wrong).toEqual([]);
    },
    60_000,
  );

  it.each(kindsWhileRunning)(
    'goes on, or comes up again, with right answers when %s while it runs',
    async (kind) => {
      expect((await good.whileRunning(kind, 1)).wrong).toEqual([]);
    },
    60_000,
  );

  it('goes on from its local state when instances were killed', async () => {
    expect(await good.killed(1)).toEqual({ result: 'unharmed', wrong: [], starts: 1 });
  }, 60_000);

  it.each<Kind>(['a bit of a table flips', 'a table is cut to half', 'a bit of the manifest flips'])(
    'says that it restored the task when %s',
    async (kind) => {
      expect(await good.atRest(kind, 2)).toMatchObject({ result: 'rebuilt', starts: 1 });
    },
    60_000,
  );
});
