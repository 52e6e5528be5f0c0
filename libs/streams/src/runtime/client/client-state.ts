import { OuzelError, type Clock } from '@ouzel/core';

/** States of a client (KafkaStreams.State). Restore happens inside REBALANCING. */
export type State = 'CREATED' | 'REBALANCING' | 'RUNNING' | 'PENDING_SHUTDOWN' | 'NOT_RUNNING' | 'PENDING_ERROR' | 'ERROR';
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

/** The state machine of a client and those who listen to it. */
export class ClientState {
  current: State = 'CREATED';
  since: number;
  private readonly listeners = new Set<StateListener>();

  constructor(private readonly clock: Clock) {
    this.since = clock.now();
  }

  onChange(listener: StateListener): () => void {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  }

  /** Answers false where the transition is not a legal one: something else was faster. */
  to(next: State): boolean {
    const from = this.current;
    if (!allowed[from].includes(next)) return false;
    this.current = next;
    this.since = this.clock.now();
    for (const listener of this.listeners) listener(next, from);
    return true;
  }

  /** Throws OUZEL_STATE_TRANSITION unless the client is in one of these states. */
  require(call: string, ...states: readonly State[]): void {
    if (!states.includes(this.current))
      throw new OuzelError('OUZEL_STATE_TRANSITION', { what: `${call} is not possible in state ${this.current}` });
  }
}
