/**
 * A part of a query. 'data' travels as it is, 'key' and 'value' as the bytes of the store's serdes; null stays null.
 *
 *   stamped value     { value, timestamp, … }, of which `value` is the value
 *   entry             [key, value]
 *   stamped entry     [key, stamped value]
 *   windowed entry    [{ key, window }, value]
 *   stamped windowed entry
 */
export type WirePart = 'data' | 'key' | 'value' | 'stamped value' | 'entry' | 'stamped entry' | 'windowed entry' | 'stamped windowed entry';

/** How a query travels. `result` is what a query of one result returns, or one entry of a scan. */
export interface QueryWire {
  readonly parameters: readonly WirePart[];
  readonly result: WirePart;
}
