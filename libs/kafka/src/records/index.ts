export { AbortedTransactions, type AbortedTransaction } from './aborted-transactions.js';
export { BatchBuilder, noStamp, restamp, writeChecksum, type BatchHeader, type ProducerStamp } from './batch-builder.js';
export { loadCodec, loadCodecsOf } from './compression.js';
export { at, headerSize } from './layout.js';
export { encodeMarker, type MarkerHeader } from './marker.js';
export { RecordBatch, batchesIn } from './record-batch.js';
export { recordBound, refusalOf, type BatchEntry } from './record-size.js';
