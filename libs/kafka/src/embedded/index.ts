export { embedded, type EmbeddedKafka, type EmbeddedOptions, type EmbeddedTopic } from './embedded.js';
export type { EmbeddedRecord } from './produce.js';
export { EmbeddedDriver } from './driver.js';
export type { TransactionVersion } from './transactions.js';
