import { partitionLog, type RawRecord } from './partition-log.js';

/** `a1` is a record of producer a, `a+` commits its transaction, `a-` aborts it, and `x` is in no transaction. */
const raw = (text: string): RawRecord[] =>
  text.split(' ').map((name, offset) => ({
    offset,
    key: name,
    value: name,
    timestamp: 0,
    transactionOf: name === 'x' ? undefined : name.charAt(0),
    marker: name.endsWith('+') ? 'commit' : name.endsWith('-') ? 'abort' : undefined,
  }));
const read = (text: string) => {
  const { committed, written, isStable } = partitionLog(raw(text), true);
  const shown = (records: readonly { value: string | null }[]) => records.map(({ value }) => value).join(' ');
  return { committed: shown(committed), written: shown(written), isStable };
};

describe('the log of a partition', () => {
  it('shows what the marker of its producer commits', () => {
    expect(read('a1 a2 a+ a3 a- x')).toEqual({ committed: 'a1 a2 x', written: 'a1 a2 a3 x', isStable: true });
  });

  it('tells apart transactions that overlap, whichever ends first', () => {
    expect(read('a1 b1 a2 b2 b- a3 a+')).toMatchObject({ committed: 'a1 a2 a3' });
    expect(read('a1 b1 a2 b2 b- c1 a- c+ a3 a+')).toMatchObject({ committed: 'c1 a3' });
  });

  it('is not stable while a transaction is open', () => {
    expect(read('a1 b1 a+')).toMatchObject({ committed: 'a1', isStable: false });
  });

  it('can not be told from records that are not complete', () => {
    expect(() =>
      partitionLog(
        raw('a1 a2 a+').filter(({ offset }) => offset !== 1),
        true,
      ),
    ).toThrow('left out records before offset 2');
  });
});
