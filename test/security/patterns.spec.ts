import { OuzelError } from '@ouzel/core';
import { serdes, StreamsBuilder, Topology } from '@ouzel/streams';
import { TopologyTestDriver } from '@ouzel/testing';

const text = { key: serdes.string, value: serdes.string };

/** Patterns that take time without a bound: repeated repetitions, repeated alternatives, long rows of both. */
const bad: readonly string[] = [
  ...['(a+)+', '(a*)*', '(a+)*', '(a*)+', '(a|a)*', '(a|aa)+', '(a|a?)+', '(.*a){20}', '(a?){40}', '(a{1,9})+'],
  ...['(.*)*', '(.+)+', '([a-z]+)*', '([a-z0-9]+)+', '(\\w+)*', '(\\w*)+', '(\\d+)+', '(\\S+)*', '(?:x+)+', '(?<name>x+)+'],
  ...['((a+)b?)+', '((ab)*)*', '((a|b)*)*', '(a|b|ab)*', '(aa|aab?)*', '(x+x+)+y', '(x?x?)*', '(a+|b+)*', '(a+b?)+', '(-?\\w+)*'],
  ...['^(a+)+$', '^(\\w+-?)*$', '^(([a-z])+.)+$', '^([a-zA-Z0-9]+\\.?)+$', '^(.*?)*$', '^(a+?)+$', '^(a+){2,}$', '^(?:(?:a+))+$'],
  ...[
    '.*.*.*.*',
    'a*a*a*a*b',
    '\\w*\\w*\\w*\\w*x',
    '.*a.*b.*c.*d',
    '(.*)(.*)(.*)(.*)',
    '[ab]*[ab]*[ab]*[ab]*c',
    '.{0,249}.{0,249}.{0,249}.{0,249}',
  ],
  ...['a?'.repeat(30) + 'a'.repeat(30), '(a|a)'.repeat(30), '(a|ab)(c|bcd)'.repeat(15), '(?=(a+)+)b', '(?!(a+)+$).*', '(a*)\\1+(b+)+'],
];

const good: readonly [pattern: RegExp, matches: string, misses: string][] = [
  [/payments-.*/, 'payments-eu', 'my-payments-eu'],
  [/^(eu|us|ap)\.(orders|payments)\.v\d+$/, 'us.orders.v12', 'us.orders.v'],
  [/(?!internal-).*/, 'orders', 'internal-orders'],
  [/.*\.orders\..*\.v.*/, 'a.orders.b.v1', 'a.orders.v1'],
  [/[a-z]+-[0-9]+/, 'a-1', 'a-b'],
  [/a|ab/, 'ab', 'abc'],
  [/(?:ab)+/, 'abab', 'aba'],
  [/(?<region>eu|us)-\w{2,10}/i, 'EU-orders', 'eu-o'],
  [/\p{Lu}+/u, 'ABC', 'abc'],
  [/[(*+)]|x{3}|\(|orders(-dlq)?/, 'orders-dlq', 'orders-'],
];

describe('patterns of topics (X6)', () => {
  const built = (pattern: RegExp, seen: string[] = []) => {
    const builder = new StreamsBuilder();
    builder.stream(pattern, text).forEach((value) => void seen.push(value));
    return builder.build();
  };

  it.each(bad)('are refused where the time to match has no bound: %s', (source) => {
    expect(() => built(new RegExp(source))).toThrow(OuzelError);
    expect(() => new Topology().addSource('source', new RegExp(source), text).describe()).toThrow(/in so many ways/);
  });

  it('are 50 and more of the refused kind', () => expect(new Set(bad).size).toBeGreaterThanOrEqual(50));

  it.each(good)('match the whole name of a topic: %s', async (pattern, matches, misses) => {
    const seen: string[] = [];
    const driver = new TopologyTestDriver(built(pattern, seen));
    await driver.createInputTopic(matches, serdes.string, serdes.string).pipeKeyValue('k', 'v');
    expect(seen).toEqual(['v']);
    await expect(driver.createInputTopic(misses, serdes.string, serdes.string).pipeKeyValue('k', 'v')).rejects.toThrow(misses);
    await driver.close();
  });

  it.each(good)('run through names of 249 characters without an end to be seen: %s', async (pattern) => {
    const driver = new TopologyTestDriver(built(pattern));
    for (const letter of ['a', '-', '1', 'ab', 'a-'])
      await driver
        .createInputTopic(letter.repeat(249).slice(0, 248) + '.', serdes.string, serdes.string)
        .pipeKeyValue('k', 'v')
        .catch((error: unknown) => expect(error).toBeInstanceOf(Error));
    await driver.close();
  });
});
