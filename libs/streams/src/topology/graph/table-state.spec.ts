import { demandLookups, demandOldValues, type TableState } from './table-state.js';

function table(kind: TableState['kind'], parents: readonly TableState[] = [], isMaterialized = kind === 'aggregate'): TableState {
  return { kind, parents, store: undefined, isMaterialized, sendsOldValues: false, historyMs: undefined };
}

describe('a table', () => {
  it('gets a store when it, or what is computed from it, is looked into', () => {
    const source = table('source');
    const view = table('view', [table('view', [source])]);
    demandLookups(view);
    expect(source.isMaterialized).toBe(true);
  });

  it('needs none when a view below has its own', () => {
    const source = table('source');
    demandLookups(table('view', [source], true));
    expect(source.isMaterialized).toBe(false);
  });

  it('sends former values without a store only where the need forces one', () => {
    const source = table('source');
    expect(demandOldValues(table('view', [source]), 'asks')).toBe(false);
    expect(source).toMatchObject({ isMaterialized: false, sendsOldValues: false });
    expect(demandOldValues(table('view', [source]), 'forces')).toBe(true);
    expect(source).toMatchObject({ isMaterialized: true, sendsOldValues: true });
  });

  it('with a store of its own knows its former values, whatever its parents do', () => {
    const source = table('source');
    expect(demandOldValues(table('view', [source], true), 'asks')).toBe(true);
    expect(source.sendsOldValues).toBe(false);
  });

  it('that is joined needs the former values of both sides', () => {
    const [left, right] = [table('source'), table('source')];
    expect(demandOldValues(table('join', [left, right]), 'asks')).toBe(true);
    expect([left, right]).toMatchObject([{ sendsOldValues: true }, { sendsOldValues: true }]);
  });
});
