import { copiedHashOrder, hashOrder } from './hash-order.js';

describe('the order of a Java HashSet', () => {
  it('is that of the hash codes', () => {
    expect(hashOrder(['KSTREAM-BRANCH-00000000171', 'KSTREAM-BRANCH-00000000172', 'KSTREAM-BRANCH-00000000170'])).toEqual([
      'KSTREAM-BRANCH-00000000170',
      'KSTREAM-BRANCH-00000000171',
      'KSTREAM-BRANCH-00000000172',
    ]);
  });

  it('keeps the order of insertion within a bucket', () => {
    // Both have the hash code 2112.
    expect(hashOrder(['Aa', 'BB'])).toEqual(['Aa', 'BB']);
    expect(hashOrder(['BB', 'Aa'])).toEqual(['BB', 'Aa']);
  });

  it('depends on the size of the table', () => {
    expect(hashOrder(['q', 'a'])).toEqual(['q', 'a']);
    expect(hashOrder(['q', 'a'], 32)).toEqual(['a', 'q']);
  });

  it('knows that a copied set has room from the start', () => {
    const twelve = ['q', 'a', 'c', 'e', 'g', 'i', 'k', 'm', 'o', 's', 'u', 'w'];
    expect(hashOrder(twelve).slice(0, 2)).toEqual(['q', 'a']);
    expect(copiedHashOrder(twelve)[0]).toBe('a');
    expect(copiedHashOrder(twelve).indexOf('q')).toBeGreaterThan(1);
  });
});
