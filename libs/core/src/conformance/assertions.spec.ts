import { equal, matches } from './assertions.js';

describe('equal', () => {
  it.each<[string, unknown, unknown]>([
    ['objects', { a: 1, b: [2, null] }, { b: [2, null], a: 1 }],
    ['an object of a class and a plain one', Object.assign(new (class Place {})(), { topic: 't' }), { topic: 't' }],
    ['a property that is undefined and none', { a: 1, b: undefined }, { a: 1 }],
    ['maps', new Map([['a', { b: 1 }]]), new Map([['a', { b: 1 }]])],
    ['bytes', Buffer.from('x'), Buffer.from('x')],
  ])('takes %s for equal', (_, actual, expected) => {
    equal(actual, expected);
  });

  it.each<[string, unknown, unknown]>([
    ['another value', { a: 1 }, { a: 2 }],
    ['another type', { a: '1' }, { a: 1 }],
    ['null and undefined', { a: null }, { a: undefined }],
    ['one property more', { a: 1, b: 2 }, { a: 1 }],
    ['another order', [1, 2], [2, 1]],
    ['other bytes', Buffer.from('x'), Buffer.from('y')],
    ['bytes and none', null, Buffer.alloc(0)],
    ['another entry of a map', new Map([['a', 1]]), new Map([['a', 2]])],
    ['another element of a set', new Set([1]), new Set([2])],
  ])('throws for %s', (_, actual, expected) => {
    expect(() => equal(actual, expected)).toThrow(/strictly deep-equal/);
  });
});

describe('matches', () => {
  it('leaves out the properties that are not expected, at every depth', () => {
    matches([{ a: 1, b: { c: 2, d: 3 } }, 5], [{ b: { c: 2 } }, 5]);
  });

  it.each<[string, unknown, unknown]>([
    ['another value', { a: { b: 1 } }, { a: { b: 2 } }],
    ['a property that is missing', { a: 1 }, { b: 1 }],
    ['a property that should be undefined', { a: 1 }, { a: undefined }],
    ['an array of another length', [{ a: 1 }, { a: 1 }], [{ a: 1 }]],
    ['no object', undefined, { a: 1 }],
    ['other bytes', { key: Buffer.from('x') }, { key: Buffer.from('y') }],
  ])('throws for %s', (_, actual, expected) => {
    expect(() => matches(actual, expected)).toThrow(/strictly deep-equal/);
  });
});
