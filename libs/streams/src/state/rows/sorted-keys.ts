import type { ByteString } from './byte-string.js';

const blockSize = 256;

/** Keys in order, kept in blocks: one more key costs a search and a move within one block, however many there are. */
export class SortedKeys {
  private blocks: ByteString[][] = [];
  size = 0;

  /** Replaces all keys. The new ones must be in order and without repetition. */
  fill(keys: readonly ByteString[]): void {
    this.blocks = [];
    for (let at = 0; at < keys.length; at += blockSize) this.blocks.push(keys.slice(at, at + blockSize));
    this.size = keys.length;
  }

  add(key: ByteString): void {
    const block = this.blocks[this.blockOf(key)];
    if (block === undefined) {
      this.fill([key]);
      return;
    }
    const at = firstAtLeast(block, key);
    if (block[at] === key) return;
    block.splice(at, 0, key);
    this.size++;
    if (block.length > 2 * blockSize) this.split(block);
  }

  get first(): ByteString | undefined {
    return this.blocks[0]?.[0];
  }

  removeFirst(): void {
    const [block] = this.blocks;
    if (block === undefined) return;
    block.shift();
    this.size--;
    if (block.length === 0) this.blocks.shift();
  }

  /** Returns the keys with `from <= key < to`, in order. */
  range(from: ByteString | undefined, to: ByteString | undefined): ByteString[] {
    const keys: ByteString[] = [];
    for (let i = from === undefined ? 0 : this.blockOf(from); i < this.blocks.length; i++) {
      const block = this.blocks[i]!;
      for (let at = from === undefined ? 0 : firstAtLeast(block, from); at < block.length; at++) {
        const key = block[at]!;
        if (to !== undefined && key >= to) return keys;
        keys.push(key);
      }
    }
    return keys;
  }

  /** Returns the index of the last block that begins at or before the key; 0 where there is none. */
  private blockOf(key: ByteString): number {
    let low = 0;
    let high = this.blocks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.blocks[middle]![0]! <= key) low = middle + 1;
      else high = middle;
    }
    return Math.max(0, low - 1);
  }

  private split(block: ByteString[]): void {
    this.blocks.splice(this.blocks.indexOf(block) + 1, 0, block.splice(blockSize));
  }
}

function firstAtLeast(keys: readonly ByteString[], key: ByteString): number {
  let low = 0;
  let high = keys.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (keys[middle]! < key) low = middle + 1;
    else high = middle;
  }
  return low;
}
