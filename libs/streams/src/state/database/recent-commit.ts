import type { DecodedKeeper, DecodedShare } from '../cache/decoded-budget.js';
import type { Generation } from './generation.js';

/** Bytes of heap that a write costs beyond what its generation counts: the objects around its value. */
const writeOverhead = 150;

/** What the last commit wrote: durable, and still at hand, so that what is in use all the time is not read from disk after each commit. */
export class RecentCommit implements DecodedKeeper {
  /** Undefined: there was no commit, or its rows were let go. */
  generation: Generation | undefined;
  private bytes = 0;
  private isYoung = true;

  constructor(private readonly share: DecodedShare) {
    share.add(this);
  }

  /** A generation became durable. */
  replace(generation: Generation): void {
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
