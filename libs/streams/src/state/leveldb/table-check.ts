import { crc32c, VarintReader } from '@ouzel/core';
import { Damage } from './damage.js';
import { unmasked } from './masked-checksum.js';

const footerSize = 48;
const trailerSize = 5;
const magic = Buffer.from('57fb808b247547db', 'hex');
const uncompressed = 0;

/** Where a block lies in its table, without its trailer. */
interface Place {
  readonly at: number;
  readonly size: number;
}

/** One row of a block: LevelDB's key (the row's own, and 8 bytes of sequence number and type), and the value. */
interface TableEntry {
  readonly key: Buffer;
  readonly value: Buffer;
}

/**
 * Checks a table of LevelDB: that its blocks lie one behind the other from its beginning to its footer, and that each
 * has its checksum.
 *
 *   ( data block )* | filter blocks | metaindex block | index block | footer
 *
 *   block    contents | type, uint8 = 0 | crc32c of contents and type, masked, uint32
 *   footer   place of the metaindex block | place of the index block | padding | magic number              (48 bytes)
 *   place    offset, varint | size, varint
 *
 * `isOwn` is asked about the first row that holds a value: a table of another database is as sound as one's own. Throws
 * Damage.
 */
export function checkTable(bytes: Buffer, name: string, isOwn: (key: Buffer, value: Buffer) => boolean): void {
  const end = bytes.length - footerSize;
  if (end < 0 || !bytes.subarray(-magic.length).equals(magic)) throw new Damage(`${name} has no footer`);
  const footer = new VarintReader(bytes.subarray(end));
  const metaindex = placeIn(footer);
  const index = placeIn(footer);
  const data = placesIn(blockAt(bytes, index, name), name);
  const filters = placesIn(blockAt(bytes, metaindex, name), name);
  let at = 0;
  for (const place of [...data, ...filters, metaindex, index]) {
    if (place.at !== at) throw new Damage(`${name} has a gap at byte ${at}`);
    blockAt(bytes, place, name);
    at += place.size + trailerSize;
  }
  if (at !== end) throw new Damage(`${name} has a gap at byte ${at}`);
  for (const place of data) {
    const own = ownershipOf(blockAt(bytes, place, name), name, isOwn);
    if (own === true) return;
    if (own === false) throw new Damage(`${name} is of another database`);
  }
}

/** Returns what `isOwn` says about the first value of a block; undefined where the block holds deletions only. */
function ownershipOf(block: Buffer, name: string, isOwn: (key: Buffer, value: Buffer) => boolean): boolean | undefined {
  for (const { key, value } of entriesOf(block, name)) {
    const isValue = (key[key.length - 8]! & 1) === 1;
    if (isValue) return isOwn(key.subarray(0, -8), value);
  }
  return undefined;
}

function placeIn(reader: VarintReader): Place {
  return { at: reader.unsignedLong(), size: reader.unsignedLong() };
}

/** Returns the contents of a block whose checksum is right. */
function blockAt(bytes: Buffer, { at, size }: Place, name: string): Buffer {
  const end = at + size + trailerSize;
  const isSound =
    end <= bytes.length - footerSize &&
    bytes[at + size] === uncompressed &&
    unmasked(bytes.readUInt32LE(at + size + 1)) === crc32c(bytes, at, at + size + 1);
  if (!isSound) throw new Damage(`${name} is damaged at byte ${at}`);
  return bytes.subarray(at, at + size);
}

/** Returns the places that are the values of an index. */
function placesIn(block: Buffer, name: string): Place[] {
  return [...entriesOf(block, name)].map(({ value }) => placeIn(new VarintReader(value)));
}

/**
 * Returns the entries of a block. Each key shares its beginning with the key before it.
 *
 *   entry*  | ( restart, uint32 )* | count of restarts, uint32
 *
 *   entry   shared length, varint | length of the rest, varint | length of the value, varint | rest of the key | value
 */
function* entriesOf(block: Buffer, name: string): Generator<TableEntry> {
  const end = block.length - 4 - 4 * block.readUInt32LE(Math.max(0, block.length - 4));
  const reader = new VarintReader(block);
  let key = Buffer.alloc(0);
  while (reader.at < end) {
    const shared = reader.unsigned();
    const rest = reader.unsigned();
    const length = reader.unsigned();
    const { at } = reader;
    if (shared > key.length || at + rest + length > end) throw new Damage(`${name} is damaged`);
    key = Buffer.concat([key.subarray(0, shared), block.subarray(at, at + rest)]);
    reader.at = at + rest + length;
    yield { key, value: block.subarray(at + rest, reader.at) };
  }
}
