import { untilTimeLimit, untilWindowCloses } from './suppression.js';

it('waits for windows to close without a bound, and can not emit early', () => {
  expect(untilWindowCloses()).toMatchObject({
    until: 'window-close',
    maxRecords: Infinity,
    maxBytes: Infinity,
    whenFull: 'shut-down',
    logging: true,
  });
});

it('waits for a time limit and emits early when full, unless told to stop', () => {
  expect(untilTimeLimit('10s', { maxRecords: 5 })).toMatchObject({
    until: 'time-limit',
    limitMs: 10_000,
    maxRecords: 5,
    whenFull: 'emit-early',
  });
  expect(untilTimeLimit(0, { maxBytes: 5, whenFull: 'shut-down' })).toMatchObject({ limitMs: 0, maxBytes: 5, whenFull: 'shut-down' });
});

it('refuses bounds that are negative or no numbers', () => {
  for (const bounds of [{ maxRecords: -1 }, { maxBytes: -1 }, { maxRecords: NaN }])
    expect(() => untilWindowCloses(bounds)).toThrow(expect.objectContaining({ code: 'OUZEL_TOPOLOGY' }));
});
