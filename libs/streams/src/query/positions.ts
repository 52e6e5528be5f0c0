import type { Position } from '../state/kind/store-view.js';

/** A partition that a task reads. */
export interface InputPartition {
  readonly topic: string;
  readonly partition: number;
}

export const nowhere: Position = {};

/**
 * Returns whether a store at a position has reached a bound (KIP-796). A bound counts as far as it is about the store:
 * the position of several tasks can be the bound of a query of one. A copy does not know how far it is in the inputs of
 * its task, so no bound that is about them is reached there.
 */
export function isReached(bound: Position, position: Position, inputs: readonly InputPartition[]): boolean {
  return Object.entries(bound).every(([topic, offsets]) =>
    Object.entries(offsets).every(([number, offset]) => {
      const partition = Number(number);
      const own = position[topic]?.[partition];
      if (own !== undefined) return own >= offset;
      return !inputs.some((input) => input.topic === topic && input.partition === partition);
    }),
  );
}

/** Returns the position that all of these have in common: the lowest of each partition. */
export function mergedPosition(positions: readonly Position[]): Position {
  const merged: Record<string, Record<number, number>> = {};
  for (const position of positions)
    for (const [topic, offsets] of Object.entries(position))
      for (const [partition, offset] of Object.entries(offsets)) {
        const known = (merged[topic] ??= {});
        known[Number(partition)] = Math.min(known[Number(partition)] ?? Infinity, offset);
      }
  return merged;
}
