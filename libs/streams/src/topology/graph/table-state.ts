import type { StoreDeclaration } from '../declarations.js';

/**
 * Where a table's value of a key can be found, and what its changes carry. Demands of the operators below change it
 * while the graph grows.
 */
export interface TableState {
  /**
   * source: a store of its own, made when an operator needs it. view: computed from its parents unless it has a store.
   * join: the same, and its parents always have stores. aggregate: always has a store.
   */
  readonly kind: 'source' | 'view' | 'join' | 'aggregate';
  readonly parents: readonly TableState[];
  readonly store: StoreDeclaration | undefined;
  isMaterialized: boolean;
  /** Whether its changes have the former value. */
  sendsOldValues: boolean;
  /** How long versions are kept, ms; undefined: only the newest value is known. */
  readonly historyMs: number | undefined;
}

/** Somebody looks keys up in the table: its source gets a store (KTableSource.materialize). */
export function demandLookups(table: TableState): void {
  if (table.kind === 'source') table.isMaterialized = true;
  else if (!table.isMaterialized) table.parents.forEach(demandLookups);
}

/**
 * Lets a table send former values with its changes, which an operator below needs. Returns whether it will. A source
 * without a store gets one only where the need `forces` it (KTableImpl.enableSendingOldValues).
 */
export function demandOldValues(table: TableState, need: 'forces' | 'asks'): boolean {
  if (!table.sendsOldValues) table.sendsOldValues = canSendOldValues(table, need);
  return table.sendsOldValues;
}

function canSendOldValues(table: TableState, need: 'forces' | 'asks'): boolean {
  switch (table.kind) {
    case 'aggregate':
      return true;
    case 'source':
      table.isMaterialized ||= need === 'forces';
      return table.isMaterialized;
    case 'view':
      return table.isMaterialized || table.parents.every((parent) => demandOldValues(parent, need));
    case 'join':
      for (const parent of table.parents) demandOldValues(parent, 'forces');
      return true;
  }
}
