export { embedded, type EmbeddedKafka, type EmbeddedOptions, type EmbeddedTopic } from './embedded.js';
export { EmbeddedDriver } from './driver.js';
