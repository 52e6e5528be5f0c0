import type { DecodedKeeper, DecodedShare } from '../rows/decoded-budget.js';
import type { StoreGeneration } from './generation.js';

/** Bytes of heap that a write costs beyond what its generation counts: the objects around its value. */
const writeOverhead = 150;

/**
 * Keeps what the last commit of a store wrote, so that rows that are in use all the time are not read from disk after
 * each commit.
 */
export class RecentCommit implements DecodedKeeper {
  /** Undefined where there was no commit, and where its rows were let go. */
  generation: StoreGeneration | undefined;
  private bytes = 0;
  private isYoung = true;

  constructor(private readonly share: DecodedShare) {
    share.add(this);
  }

  /** Takes the generation that has just become durable. */
  replace(generation: StoreGeneration): void {
    this.clear();
    if (!this.share.isOpen) return;
    this.generation = generation;
    this.isYoung = true;
    this.bytes = generation.bytes + writeOverhead * generation.writes.size;
    this.share.youngGrew(this.bytes);
  }

  age(): void {
    if (!this.isYoung) this.generation = undefined;
    if (this.generation === undefined) this.bytes = 0;
    this.isYoung = false;
  }

  clear(): void {
    if (this.isYoung) this.share.youngGrew(-this.bytes);
    else this.share.oldGrew(-this.bytes);
    this.generation = undefined;
    this.bytes = 0;
  }
}
