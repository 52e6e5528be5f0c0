import type { RestoreEvent } from '@ouzel/streams';
import { RestoreProgressView } from './restore-progress-view.js';

function setUp(isTTY: boolean) {
  const written: string[] = [];
  const lines: string[] = [];
  const view = new RestoreProgressView({ isTTY, columns: 80, write: (text: string) => written.push(text) }, (line) => lines.push(line));
  const event = (kind: RestoreEvent['kind'], store: string, restored: number, total: number) =>
    view.update({ kind, store, taskId: '0_0', restored, total, records: restored, resumedAt: undefined });
  return { written, lines, view, event };
}

describe('restore progress', () => {
  it('is a bar on a terminal, that is taken away at the end', () => {
    const { written, lines, event } = setUp(true);
    event('start', 'totals', 0, 20_000);
    event('batch', 'totals', 5_000, 20_000);
    event('end', 'totals', 20_000, 20_000);
    expect(written[1]).toBe('\r\u001b[Krestoring ██████░░░░░░░░░░░░░░░░░░ 25 %  5,000 of 20,000');
    expect(written.at(-1)).toBe('\r\u001b[K');
    expect(lines).toEqual([]);
  });

  it('makes way for a line', () => {
    const { written, view, event } = setUp(true);
    event('batch', 'totals', 1, 2);
    view.clear();
    view.clear();
    expect(written).toHaveLength(2);
    expect(written[1]).toBe('\r\u001b[K');
  });

  it('is a line for each tenth elsewhere, over all stores', () => {
    const { written, lines, event } = setUp(false);
    event('start', 'totals', 0, 1_500);
    event('start', 'spend', 0, 500);
    for (let restored = 50; restored <= 1_500; restored += 50) event('batch', 'totals', restored, 1_500);
    event('end', 'totals', 1_500, 1_500);
    event('end', 'spend', 500, 500);
    expect(lines).toEqual([
      'restoring 10 %: 200 of 2,000',
      'restoring 20 %: 400 of 2,000',
      'restoring 30 %: 600 of 2,000',
      'restoring 40 %: 800 of 2,000',
      'restoring 50 %: 1,000 of 2,000',
      'restoring 60 %: 1,200 of 2,000',
      'restoring 70 %: 1,400 of 2,000',
      'restoring 100 %: 2,000 of 2,000',
    ]);
    expect(written).toEqual([]);
  });

  it('says nothing where nothing is to be restored', () => {
    const { written, lines, event } = setUp(true);
    event('start', 'totals', 0, 0);
    event('end', 'totals', 0, 0);
    expect([written, lines]).toEqual([[], []]);
  });
});
