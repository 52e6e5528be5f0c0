import { StreamRecord } from '@ouzel/streams';
import { parseTimeline, timelineText } from './timeline.js';

describe('a timeline', () => {
  it('is records with their times, and steps of the wall clock between bars', () => {
    expect(parseTimeline('a@0=1 b@30s=7 | time 60 | a@5=2')).toEqual([
      { key: 'a', value: '1', timestamp: 0 },
      { key: 'b', value: '7', timestamp: 30_000 },
      { advanceMs: 60 },
      { key: 'a', value: '2', timestamp: 5 },
    ]);
  });

  it('has nulls, empty values and text in quotation marks', () => {
    expect(parseTimeline('-@1=- a@2= "a b"@3="x|y \\"z\\""')).toEqual([
      { key: null, value: null, timestamp: 1 },
      { key: 'a', value: '', timestamp: 2 },
      { key: 'a b', value: 'x|y "z"', timestamp: 3 },
    ]);
  });

  it.each(['a=1', 'a@x=1', 'a@1', 'time', 'time soon', '"a@1=2'])('says what of "%s" can not be read', (text) => {
    expect(() => parseTimeline(text)).toThrow('can not be read');
  });

  it('shows records the way it reads them', () => {
    const records = [
      new StreamRecord<unknown, unknown>('a', 1, 0),
      new StreamRecord<unknown, unknown>('b', null, 30_000),
      new StreamRecord<unknown, unknown>(null, 'x y', 61_000),
      new StreamRecord<unknown, unknown>('c', { amount: 1.5 }, 1_500),
      new StreamRecord<unknown, unknown>({ key: 'a', window: { start: 60_000, end: 120_000 } }, 5, 61_000),
    ];
    expect(timelineText(records)).toBe('a@0=1 b@30s=- -@61s="x y" c@1500={"amount":1.5} a@[1m,2m)=5');
  });
});
