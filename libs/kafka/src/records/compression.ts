import { gunzipSync, gzipSync } from 'node:zlib';
import { asError } from '@ouzel/core';
import { DriverError, type Compression } from '../client/index.js';
import { lz4Bound, snappyBound, zstdBound } from './decompressed-bounds.js';
import { at, attribute, corruptBatch } from './layout.js';
import { isXerial, unwrapXerial, wrapXerial } from './xerial.js';

/** Compresses and decompresses whole blocks of records. */
export interface Codec {
  compress(bytes: Buffer): Buffer;
  /** Throws OUZEL_CORRUPT_BATCH, also when the block is larger than any sound batch. `where` is for the error. */
  decompress(bytes: Buffer, where: string): Buffer;
}

/** The largest size of a batch after decompression, bytes. A few bytes from the network must not fill the memory. */
export const maxDecompressedBytes = 128 * 1024 * 1024;

/** The compressions in the order of their numbers in the attributes of a batch. */
const ids: readonly Compression[] = ['none', 'gzip', 'snappy', 'lz4', 'zstd'];

export function compressionId(compression: Compression): number {
  return ids.indexOf(compression);
}
export function compressionOf(id: number): Compression {
  const found = ids[id];
  if (found === undefined) throw corruptBatch(`compression ${id} does not exist`);
  return found;
}

type Transform = (bytes: Buffer) => Buffer;
interface Snappy {
  compressSync(bytes: Buffer): Buffer;
  uncompressSync(bytes: Buffer): Buffer;
}
interface Lz4 {
  compressFrameSync(bytes: Buffer): Buffer;
  decompressFrameSync(bytes: Buffer): Buffer;
}
interface Zstd {
  compress(bytes: Buffer): Uint8Array;
  decompress(bytes: Buffer): Uint8Array;
}
interface Package {
  readonly name: string;
  load(imported: never): Codec;
}

/** Packages that are not dependencies: a user who needs a compression installs its package. */
const packages: Readonly<Record<'snappy' | 'lz4' | 'zstd', Package>> = {
  snappy: {
    name: 'snappy',
    load: (snappy: Snappy) => ({
      compress: (bytes) => wrapXerial(bytes, (block) => snappy.compressSync(block)),
      decompress: checked(snappyBound, (bytes) =>
        isXerial(bytes) ? unwrapXerial(bytes, (block) => snappy.uncompressSync(block)) : snappy.uncompressSync(bytes),
      ),
    }),
  },
  lz4: {
    name: 'lz4-napi',
    load: (lz4: Lz4) => ({
      compress: (bytes) => lz4.compressFrameSync(bytes),
      decompress: checked(lz4Bound, (bytes) => lz4.decompressFrameSync(bytes)),
    }),
  },
  zstd: {
    name: '@cloudpss/zstd',
    load: (zstd: Zstd) => ({
      compress: (bytes) => asBuffer(zstd.compress(bytes)),
      decompress: checked(zstdBound, (bytes) => asBuffer(zstd.decompress(bytes))),
    }),
  },
};

const codecs = new Map<Compression, Codec>([
  [
    'gzip',
    {
      compress: (bytes) => gzipSync(bytes),
      decompress: checked(
        () => 0,
        (bytes) => gunzipSync(bytes, { maxOutputLength: maxDecompressedBytes }),
      ),
    },
  ],
]);

/** Makes `codecOf` ready for this compression; throws OUZEL_COMPRESSION, which names the package to install. */
export async function loadCodec(compression: Compression): Promise<void> {
  if (compression === 'none' || codecs.has(compression)) return;
  const { name, load } = packages[compression as keyof typeof packages];
  try {
    const imported = (await import(name)) as { default?: unknown };
    codecs.set(compression, load((imported.default ?? imported) as never));
  } catch (error) {
    throw missingCodec(compression, asError(error));
  }
}

/**
 * Makes `codecOf` ready for all batches of a fetch response. Returns undefined when nothing has to be loaded, as in
 * nearly all cases.
 */
export function loadCodecsOf(batches: Iterable<{ readonly bytes: Buffer }>): Promise<void> | undefined {
  let loading: Promise<void> | undefined;
  for (const { bytes } of batches) {
    const compression = compressionOf(bytes[at.attributes + 1]! & attribute.compression);
    if (compression === 'none' || codecs.has(compression)) continue;
    const before = loading;
    loading = before === undefined ? loadCodec(compression) : before.then(() => loadCodec(compression));
  }
  return loading;
}

/** Returns the codec of a compression. Call `loadCodec` first, except for gzip. Throws OUZEL_COMPRESSION. */
export function codecOf(compression: Compression): Codec {
  const codec = codecs.get(compression);
  if (codec === undefined) throw missingCodec(compression);
  return codec;
}

function missingCodec(compression: Compression, cause?: Error): DriverError {
  const { name } = packages[compression as keyof typeof packages];
  const parts = {
    what: `${compression} needs the package ${name}`,
    help: `Install it: npm install ${name}`,
    ...(cause === undefined ? {} : { cause }),
  };
  return new DriverError('fatal', 76, parts, 'OUZEL_COMPRESSION');
}

function checked(bound: (bytes: Buffer) => number, decompress: Transform): Codec['decompress'] {
  return (bytes, where) => {
    let block: Buffer;
    try {
      if (bound(bytes) > maxDecompressedBytes) throw new RangeError(`more than ${maxDecompressedBytes} bytes`);
      block = decompress(bytes);
    } catch (error) {
      throw corruptBatch(`a record batch can not be decompressed: ${asError(error).message}`, where);
    }
    return block;
  };
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
