export { crc32c } from './crc32c.js';
export { readInt64, writeInt64 } from './int64.js';
export { murmur2, partitionOf } from './murmur2.js';
export { murmur3 } from './murmur3.js';
export { sizeOfUnsignedVarint, sizeOfVarint, VarintReader, writeUnsignedVarint, writeVarint, writeVarlong } from './varint.js';
