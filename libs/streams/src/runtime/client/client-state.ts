import { Listeners, OuzelError, type Clock } from '@ouzel/core';

/** States of a client (KafkaStreams.State). Restore happens inside REBALANCING. */
export type State = 'CREATED' | 'REBALANCING' | 'RUNNING' | 'PENDING_SHUTDOWN' | 'NOT_RUNNING' | 'PENDING_ERROR' | 'ERROR';

/** Called when a client has changed its state. */
export type StateListener = (to: State, from: State) => void;

const allowed: Readonly<Record<State, readonly State[]>> = {
  CREATED: ['REBALANCING', 'PENDING_SHUTDOWN', 'PENDING_ERROR'],
  REBALANCING: ['RUNNING', 'PENDING_SHUTDOWN', 'PENDING_ERROR'],
  RUNNING: ['REBALANCING', 'PENDING_SHUTDOWN', 'PENDING_ERROR'],
  PENDING_SHUTDOWN: ['NOT_RUNNING'],
  PENDING_ERROR: ['ERROR'],
  NOT_RUNNING: [],
  ERROR: [],
};

/** The state machine of a client. */
export class ClientState {
  current: State = 'CREATED';
  /** Whether processing is paused, whatever the state is. */
  isPaused = false;
  /** Epoch ms of the last change. */
  since: number;
  private readonly listeners: Listeners<[to: State, from: State]>;

  constructor(
    private readonly clock: Clock,
    listenerFailed: (error: Error) => void,
  ) {
    this.since = clock.now();
    this.listeners = new Listeners(listenerFailed);
  }

  /** Returns a function that ends the listening. */
  onChange(listener: StateListener): () => void {
    return this.listeners.add(listener);
  }

  /**
   * Changes the state, and tells the listeners. Returns false where the change is not allowed: another one was faster.
   */
  to(next: State): boolean {
    const from = this.current;
    if (!allowed[from].includes(next)) return false;
    this.current = next;
    this.since = this.clock.now();
    this.listeners.notify(next, from);
    return true;
  }

  /** Whether the client is starting or runs: it was started, and neither closed nor failed. */
  get isAlive(): boolean {
    return this.current === 'REBALANCING' || this.current === 'RUNNING';
  }

  /** Throws OUZEL_STATE_TRANSITION unless the client is in one of these states. */
  require(call: string, help: string, ...states: readonly State[]): void {
    if (states.includes(this.current)) return;
    throw new OuzelError('OUZEL_STATE_TRANSITION', { what: `${call} is not possible in state ${this.current}`, help });
  }
}
