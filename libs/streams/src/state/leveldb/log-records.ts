import { crc32c } from '@ouzel/core';
import { Damage } from './damage.js';
import { unmasked } from './masked-checksum.js';

const blockSize = 32 * 1024;
const headSize = 7;
const first = 2;
const last = 4;
const full = 1;

/**
 * Returns the records of a file in LevelDB's log format (its log and its manifest): blocks of 32 KiB, each filled with
 * fragments; what is left of a block and too small for a head is zero.
 *
 *   crc32c of type and data, masked, uint32 | length, uint16 | type, uint8 | data      (little-endian)
 *
 * The type says which fragment of its record it is: 1 the only one, 2 the first, 3 one in the middle, 4 the last.
 *
 * A record that the end of the file cuts off was being written when the process ended, and is left out. Throws Damage
 * for everything else that does not fit.
 */
export function logRecords(bytes: Buffer, name: string): Buffer[] {
  const records: Buffer[] = [];
  let open: Buffer[] | undefined;
  for (let at = 0; at < bytes.length;) {
    const blockEnd = at - (at % blockSize) + blockSize;
    if (blockEnd - at < headSize) {
      at = blockEnd;
      continue;
    }
    if (at + headSize > bytes.length) break;
    const end = at + headSize + bytes.readUInt16LE(at + 4);
    const type = bytes[at + 6]!;
    if (end > blockEnd) throw damaged(name, at);
    if (end > bytes.length) break;
    if (unmasked(bytes.readUInt32LE(at)) !== crc32c(bytes, at + 6, end)) throw damaged(name, at);
    const begins = type === full || type === first;
    if (type < full || type > last || begins !== (open === undefined)) throw damaged(name, at);
    open = [...(open ?? []), bytes.subarray(at + headSize, end)];
    if (type === full || type === last) {
      records.push(Buffer.concat(open));
      open = undefined;
    }
    at = end;
  }
  return records;
}

function damaged(name: string, at: number): Damage {
  return new Damage(`${name} is damaged at byte ${at}`);
}
