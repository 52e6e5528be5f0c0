import { closest, kebabCase, topologyName } from './names.js';

describe('names', () => {
  it.each([
    ['payments', 'payments'],
    ['spendPerMinute', 'spend-per-minute'],
    ['toEUR', 'to-eur'],
    ['URLCount', 'url-count'],
    ['top10Users', 'top10-users'],
    ['snake_case', 'snake-case'],
  ])('%s is %s in kebab-case', (name, expected) => {
    expect(kebabCase(name)).toBe(expected);
  });

  it.each([
    ['PaymentTopology', 'payment'],
    ['CardPaymentTopology', 'card-payment'],
    ['Payments', 'payments'],
    ['Topology', 'topology'],
  ])('%s is the topology %s', (className, expected) => {
    expect(topologyName(className)).toBe(expected);
  });

  it('finds what was probably meant, and nothing where nothing is near', () => {
    expect(closest('payment', ['limits', 'payments'])).toBe('payments');
    expect(closest('paymnets', ['limits', 'payments'])).toBe('payments');
    expect(closest('orders', ['limits', 'payments'])).toBeUndefined();
    expect(closest('orders', [])).toBeUndefined();
  });
});
