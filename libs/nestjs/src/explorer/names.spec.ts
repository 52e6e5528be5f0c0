import { helpFor, kebabCase, topologyName } from './names.js';

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

  it('advises the name that was probably meant, else all of them', () => {
    expect(helpFor('payment', ['limits', 'payments'], 'none')).toBe('Did you mean "payments"?');
    expect(helpFor('paymnets', ['limits', 'payments'], 'none')).toBe('Did you mean "payments"?');
    expect(helpFor('orders', ['limits', 'payments'], 'none')).toBe('There are limits, payments.');
    expect(helpFor('orders', [], 'There are none.')).toBe('There are none.');
  });
});
