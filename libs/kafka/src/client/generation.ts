import { Signal, type Clock } from '@ouzel/core';
import type { GroupIdentity } from './producer.js';

/** The generation that a member is in, and whether the member is on its way to another. */
export class Generation {
  private current: GroupIdentity | undefined;
  private moving = false;
  private readonly arrival: Signal;

  constructor(clock: Clock) {
    this.arrival = new Signal(clock);
  }

  /** Undefined outside a generation. */
  get identity(): GroupIdentity | undefined {
    return this.current;
  }

  /**
   * True from the decision to join until the new assignment arrives. Errors about the old generation are ignored
   * meanwhile.
   */
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
    this.arrival.wake();
  }

  lose(): void {
    this.current = undefined;
    this.settle();
  }

  /** Resolves when no join is under way. */
  settled(): Promise<void> {
    return this.moving ? this.arrival.wait() : Promise.resolve();
  }
}
