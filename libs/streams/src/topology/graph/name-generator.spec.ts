import { NameGenerator } from './name-generator.js';

describe('the name generator', () => {
  it('counts nodes and stores with one counter, in ten digits', () => {
    const names = new NameGenerator();
    expect(names.processor('KSTREAM-SOURCE-')).toBe('KSTREAM-SOURCE-0000000000');
    expect(names.store('KSTREAM-AGGREGATE-')).toBe('KSTREAM-AGGREGATE-STATE-STORE-0000000001');
    expect(names.processor('KSTREAM-AGGREGATE-')).toBe('KSTREAM-AGGREGATE-0000000002');
  });

  it('takes a number for a named operator too, so that a name renumbers nothing', () => {
    const names = new NameGenerator();
    expect(names.orGenerated('mine', 'KSTREAM-FILTER-')).toBe('mine');
    expect(names.suffixedOrGenerated('mine', '-left', 'KTABLE-JOINTHIS-')).toBe('mine-left');
    names.skipNumber();
    expect(names.orGenerated(undefined, 'KSTREAM-FILTER-')).toBe('KSTREAM-FILTER-0000000003');
  });

  it('knows what it generated', () => {
    const names = new NameGenerator();
    names.store('t-');
    names.skipNumber();
    expect([...names.generated]).toEqual(['t-STATE-STORE-0000000000']);
  });
});
