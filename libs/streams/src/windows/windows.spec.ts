import fc from 'fast-check';
import { hopping, session, sliding, tumbling, unlimited, within } from './windows.js';

const times = fc.integer({ min: 0, max: 5_000 });
const refused = (work: () => unknown) => expect(work).toThrow(expect.objectContaining({ code: 'OUZEL_TOPOLOGY' }));

describe('hopping and tumbling windows', () => {
  it('holds a timestamp in the windows that a search over all starts finds', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: 1, max: 500 }), fc.integer({ min: 1, max: 500 }), (timestamp, a, b) => {
        const [size, advance] = [Math.max(a, b), Math.min(a, b)];
        const expected: number[] = [];
        for (let start = 0; start <= timestamp; start += advance) if (timestamp < start + size) expected.push(start);
        expect(hopping(size, advance).startsOf(timestamp)).toEqual(expected);
      }),
    );
  });

  it('has one window per timestamp where the advance is the size', () => {
    fc.assert(
      fc.property(fc.array(times, { minLength: 1 }), fc.integer({ min: 1, max: 500 }), (timestamps, size) => {
        const window = tumbling(size);
        for (const timestamp of timestamps) expect(window.startsOf(timestamp)).toEqual([Math.floor(timestamp / size) * size]);
      }),
    );
  });

  it('reads durations', () => {
    expect(hopping('1m', '10s', { grace: '5s' })).toMatchObject({ sizeMs: 60_000, advanceMs: 10_000, graceMs: 5_000 });
    expect(tumbling(10)).toMatchObject({ sizeMs: 10, advanceMs: 10, graceMs: 0 });
  });

  it('refuses sizes, advances and graces that Kafka Streams refuses', () => {
    refused(() => tumbling(0));
    refused(() => tumbling(10, { grace: -1 }));
    refused(() => hopping(10, 0));
    refused(() => hopping(10, 11));
  });

  it('refuses what is no duration', () => {
    expect(() => tumbling('1 minute' as '1m')).toThrow(expect.objectContaining({ code: 'OUZEL_CONFIG' }));
  });
});

describe('unlimited windows', () => {
  it('holds everything from its start on', () => {
    const window = unlimited({ start: 100 });
    expect(window.startsOf(99)).toEqual([]);
    expect(window.startsOf(100)).toEqual([100]);
    expect(window.startsOf(Number.MAX_SAFE_INTEGER)).toEqual([100]);
    expect(window.sizeMs).toBe(Infinity);
  });

  it('refuses to begin before the epoch', () => refused(() => unlimited({ start: -1 })));
});

describe('sliding, session and join windows', () => {
  it('reads durations', () => {
    expect(sliding('10s', { grace: '1s' })).toMatchObject({ differenceMs: 10_000, graceMs: 1_000 });
    expect(session('5m')).toMatchObject({ gapMs: 300_000, graceMs: 0 });
    expect(within('1m', { after: 0, grace: 5 })).toMatchObject({ beforeMs: 60_000, afterMs: 0, graceMs: 5 });
  });

  it('allows a join window that lies wholly before or after, and a sliding one of one instant', () => {
    expect(within(0, { before: -5, after: 10 })).toMatchObject({ beforeMs: -5, afterMs: 10 });
    expect(sliding(0).differenceMs).toBe(0);
  });

  it('refuses what Kafka Streams refuses', () => {
    refused(() => sliding(-1));
    refused(() => session(0));
    refused(() => within(-1));
    refused(() => within(0, { before: -5, after: 4 }));
    refused(() => within(5, { grace: -1 }));
  });
});
