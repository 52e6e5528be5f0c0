import type { Fault as RequestFault } from '../kafka/faulty-proxy.js';
import type { LinkMode } from './link.js';

/**
 * What is done to one instance, or to Kafka. Instances count from 0.
 *
 * - `kill`: SIGKILL, and a new process at once; `state` tells what becomes of its folder. `at`: when the instance sends
 *   its next request of this kind, which Kafka still gets.
 * - `pause`: SIGSTOP for `forMs`, which is longer than the session time-out: when it goes on it is a zombie.
 * - `stop`: SIGTERM, and a new process when it has ended.
 * - `hand-over`: once all copies have caught up, SIGKILL; a new process when the others have gone on with the tasks.
 * - `end-transactions`: the next `count` requests that end a transaction fail in this way.
 * - `link`: the connections of the instance fail in this way for `forMs`.
 * - `broker`: Kafka is stopped in good order, or killed, and started again.
 */
export type Step =
  | {
      readonly do: 'kill';
      readonly instance: number;
      readonly state: 'kept' | 'deleted' | 'damaged';
      readonly at: 'any time' | RequestKind;
    }
  | { readonly do: 'pause'; readonly instance: number; readonly forMs: number }
  | { readonly do: 'stop'; readonly instance: number }
  | { readonly do: 'hand-over'; readonly instance: number; readonly state: 'kept' | 'deleted' }
  | { readonly do: 'end-transactions'; readonly instance: number; readonly count: number; readonly fault: RequestFault }
  | { readonly do: 'link'; readonly instance: number; readonly mode: LinkMode; readonly forMs: number }
  | { readonly do: 'broker'; readonly how: 'stop' | 'kill' };

/** The API keys of the requests of a transaction. */
export const requestKinds = { Produce: 0, TxnOffsetCommit: 28, EndTxn: 26 } as const;
export type RequestKind = keyof typeof requestKinds;

/** Offsets of its changelogs that an instance may lack of the state of a task that moves to it. */
export const acceptableLag = 500;

/** A step, and how long the program runs under load before it, ms. */
export type PlannedStep = Step & { readonly afterMs: number };

export type StepKind =
  | 'kill'
  | 'kill and delete'
  | 'kill and damage'
  | 'pause'
  | 'stop'
  | 'hand-over'
  | 'hand-over and delete'
  | 'end-transactions'
  | 'link'
  | 'broker stop'
  | 'broker kill';

export interface Plan {
  readonly guarantee: 'exactly_once_v2' | 'at_least_once';
  /** What a broken promise is measured by. At least once is exact as long as nothing is killed or cut off. */
  readonly expects: 'exactly once' | 'at least once';
  readonly instances: 1 | 2 | 3;
  /** How many other instances keep a copy of the state of a task. */
  readonly standbys: 0 | 1;
  readonly recordsPerSecond: number;
  readonly sessionMs: number;
  /**
   * How long transactions may be open, ms. It must be longer than Kafka takes to start: a broker that ends a transaction
   * while it starts alone finds no leaders for its partitions, and leaves out their markers for ever (Kafka 4.3.1).
   */
  readonly transactionMs: number;
  /** The shortest and the longest time between two steps, ms. */
  readonly pauseMs: readonly [number, number];
  /** How often each kind of step is taken. Their order is drawn from the seed. */
  readonly steps: Partial<Readonly<Record<StepKind, number>>>;
}

const exactly = {
  guarantee: 'exactly_once_v2',
  expects: 'exactly once',
  standbys: 0,
  recordsPerSecond: 200,
  sessionMs: 6_000,
  transactionMs: 10_000,
  pauseMs: [500, 2_500],
} as const;
const atLeast = { ...exactly, guarantee: 'at_least_once' } as const;

export const plans: Readonly<Record<string, Plan>> = {
  /** A little of everything, for each change of the code. */
  short: {
    ...exactly,
    instances: 2,
    transactionMs: 40_000,
    pauseMs: [300, 1_500],
    steps: { kill: 4, 'kill and delete': 1, 'kill and damage': 1, pause: 1, stop: 2, 'end-transactions': 3, link: 2, 'broker stop': 1 },
  },
  calm: { ...exactly, instances: 1, steps: {} },
  kills: { ...exactly, instances: 3, pauseMs: [300, 2_500], steps: { kill: 40, 'kill and delete': 12, 'kill and damage': 8 } },
  'one instance': { ...exactly, instances: 1, pauseMs: [1_500, 4_000], steps: { kill: 20, stop: 5 } },
  zombies: { ...exactly, instances: 2, pauseMs: [2_000, 4_000], steps: { pause: 10 } },
  'unanswered transactions': { ...exactly, instances: 2, pauseMs: [100, 500], steps: { 'end-transactions': 25 } },
  brokers: { ...exactly, instances: 2, transactionMs: 120_000, pauseMs: [2_000, 5_000], steps: { 'broker stop': 5, 'broker kill': 5 } },
  links: { ...exactly, instances: 2, pauseMs: [1_000, 3_000], steps: { link: 15 } },
  everything: {
    ...exactly,
    instances: 3,
    transactionMs: 60_000,
    steps: {
      kill: 15,
      'kill and delete': 5,
      'kill and damage': 5,
      pause: 3,
      stop: 5,
      'end-transactions': 8,
      link: 6,
      'broker stop': 2,
      'broker kill': 2,
    },
  },
  'hand-over to a standby': {
    ...exactly,
    instances: 2,
    standbys: 1,
    pauseMs: [500, 2_000],
    steps: { 'hand-over': 8, 'hand-over and delete': 2 },
  },
  'hand-over among three': {
    ...exactly,
    instances: 3,
    standbys: 1,
    pauseMs: [500, 2_000],
    steps: { 'hand-over': 8, 'hand-over and delete': 2 },
  },
  'hand-over to a standby at least once': {
    ...atLeast,
    expects: 'at least once',
    instances: 2,
    standbys: 1,
    pauseMs: [500, 2_000],
    steps: { 'hand-over': 8, 'hand-over and delete': 2 },
  },
  'clean stops': { ...atLeast, expects: 'exactly once', instances: 2, pauseMs: [1_000, 3_000], steps: { stop: 20 } },
  'kills at least once': {
    ...atLeast,
    expects: 'at least once',
    instances: 2,
    pauseMs: [500, 3_000],
    steps: { kill: 16, 'kill and delete': 4 },
  },
};

/** Returns the steps of a plan. The same seed gives the same steps. */
export function stepsOf(plan: Plan, random: () => number): readonly PlannedStep[] {
  const kinds = (Object.entries(plan.steps) as [StepKind, number][]).flatMap(([kind, count]) => Array.from({ length: count }, () => kind));
  const between = (least: number, most: number) => Math.round(least + (most - least) * random());
  return shuffled(kinds, random).map((kind) => ({ ...stepOf(kind, plan, random), afterMs: between(...plan.pauseMs) }));
}

function stepOf(kind: StepKind, { instances, sessionMs, guarantee }: Plan, random: () => number): Step {
  const one = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)]!;
  const instance = Math.floor(random() * instances);
  // Outside of transactions there is little that a kill can tear.
  const moment = () => (guarantee === 'at_least_once' ? 'any time' : one(['any time', 'Produce', 'TxnOffsetCommit', 'EndTxn'] as const));
  switch (kind) {
    case 'kill':
      return { do: 'kill', instance, state: 'kept', at: moment() };
    case 'kill and delete':
      return { do: 'kill', instance, state: 'deleted', at: moment() };
    case 'kill and damage':
      return { do: 'kill', instance, state: 'damaged', at: moment() };
    case 'pause':
      return { do: 'pause', instance, forMs: sessionMs + 1_500 + Math.round(1_500 * random()) };
    case 'stop':
      return { do: 'stop', instance };
    case 'hand-over':
      return { do: 'hand-over', instance, state: 'kept' };
    case 'hand-over and delete':
      return { do: 'hand-over', instance, state: 'deleted' };
    case 'end-transactions': {
      const fault = one(['request-lost', 'response-lost', 'response-lost', 'request-late', 'response-late', 'response-doubled'] as const);
      return { do: 'end-transactions', instance, fault, count: 4 + Math.floor(4 * random()) };
    }
    case 'link': {
      const mode = one(['cut', 'no-requests', 'no-responses', 'slow'] as const);
      return { do: 'link', instance, mode, forMs: Math.round((0.5 + random()) * sessionMs) };
    }
    case 'broker stop':
      return { do: 'broker', how: 'stop' };
    case 'broker kill':
      return { do: 'broker', how: 'kill' };
  }
}

function shuffled<T>(all: readonly T[], random: () => number): T[] {
  const left = [...all];
  return all.map(() => left.splice(Math.floor(random() * left.length), 1)[0]!);
}
