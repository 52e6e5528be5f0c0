import { closeSync, existsSync, ftruncateSync, fsyncSync, openSync, readFileSync, renameSync, rmSync, writeSync } from 'node:fs';

/**
 * A file that grows at its end, and is replaced as a whole. Calls return when the bytes have been handed to the
 * operating system.
 */
export class AppendFile {
  private descriptor: number | undefined;
  private length = 0;

  constructor(private readonly path: string) {}

  get size(): number {
    return this.length;
  }

  /** Returns all bytes; none when there is no file. */
  read(): Buffer {
    const bytes = existsSync(this.path) ? readFileSync(this.path) : Buffer.alloc(0);
    this.length = bytes.length;
    return bytes;
  }

  /** Cuts the file to this length: removes the rest of a write that was cut off. */
  cut(length: number): void {
    if (length === this.length) return;
    ftruncateSync(this.open(), length);
    this.length = length;
  }

  append(bytes: Buffer): void {
    const descriptor = this.open();
    try {
      for (let from = 0; from < bytes.length;) from += writeSync(descriptor, bytes, from);
    } catch (error) {
      // A write that failed halfway must not stay in the file in front of the next one.
      ftruncateSync(descriptor, this.length);
      throw error;
    }
    this.length += bytes.length;
  }

  /** Replaces the content. After a crash the file has either the old or the new content. */
  replace(parts: Iterable<Buffer>): void {
    const bytes = Buffer.concat([...parts]);
    const beside = `${this.path}.new`;
    const descriptor = openSync(beside, 'w');
    for (let from = 0; from < bytes.length;) from += writeSync(descriptor, bytes, from);
    fsyncSync(descriptor);
    closeSync(descriptor);
    this.close();
    renameSync(beside, this.path);
    this.length = bytes.length;
  }

  remove(): void {
    this.close();
    rmSync(this.path, { force: true });
    this.length = 0;
  }

  close(): void {
    if (this.descriptor !== undefined) closeSync(this.descriptor);
    this.descriptor = undefined;
  }

  private open(): number {
    return (this.descriptor ??= openSync(this.path, 'a'));
  }
}
