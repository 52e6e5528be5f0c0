import { topologySummary } from './topology-summary.js';

it('sums a topology up: what each part reads, runs, keeps and writes', () => {
  const lines = topologySummary('payments', [
    {
      id: 0,
      isGlobal: false,
      nodes: [
        { kind: 'source', name: 'payment-payments', topics: ['payment'], stores: [] },
        { kind: 'processor', name: 'payment-totals', topics: [], stores: ['totals'] },
        { kind: 'processor', name: 'payment-unknown', topics: [], stores: [] },
        { kind: 'sink', name: 'payment-unknown-to', topics: ['unknown-payment'], stores: [] },
      ],
    },
    {
      id: 1,
      isGlobal: false,
      nodes: [
        { kind: 'source', name: 's', topics: 'event-.*', stores: [] },
        { kind: 'sink', name: 't', topics: null, stores: [] },
      ],
    },
  ]);
  expect(lines.join('\n')).toBe(
    [
      'payments: 2 sub-topologies, 1 store',
      '  0',
      '    reads  payment',
      '    runs   payment-totals, payment-unknown',
      '    keeps  totals',
      '    writes unknown-payment',
      '  1',
      '    reads  /event-.*/',
      '    writes (a topic per record)',
    ].join('\n'),
  );
});
