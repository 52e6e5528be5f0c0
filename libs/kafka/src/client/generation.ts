import type { GroupIdentity } from './producer.js';

/** The generation that a member is in, and whether it is on its way to another. */
export class Generation {
  private current: GroupIdentity | undefined;
  private moving = false;
  private waiting: (() => void)[] = [];

  /** Undefined outside a generation. */
  get identity(): GroupIdentity | undefined {
    return this.current;
  }

  /** Between the wish to join and the new assignment. What the coordinator says against the old generation meanwhile has no weight. */
  get joining(): boolean {
    return this.moving;
  }

  leaveFor(): void {
    this.moving = true;
  }

  enter(identity: GroupIdentity): void {
    this.current = identity;
  }

  settle(): void {
    this.moving = false;
    this.wake();
  }

  lose(): void {
    this.current = undefined;
    this.settle();
  }

  /** Resolves when no join is under way. */
  settled(): Promise<void> {
    return this.moving ? new Promise((resolve) => this.waiting.push(resolve)) : Promise.resolve();
  }

  private wake(): void {
    const waiting = this.waiting;
    this.waiting = [];
    for (const resolve of waiting) resolve();
  }
}
