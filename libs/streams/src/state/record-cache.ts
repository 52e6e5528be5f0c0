/** The record cache of one application (statestore.cache.max.bytes); see the state brief. */
export abstract class RecordCache {
  abstract readonly maxBytes: number;
}
