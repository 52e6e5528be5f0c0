import { durationMs, type Clock } from '@ouzel/core';
import { KeyCodec } from '../state/kind/key-codec.js';
import { checkLimit } from '../state/kind/store-arguments.js';
import type { StoreSpec } from '../state/kind/store-kind.js';
import type { ReadAnswer, ReadOptions, ScanPlan, StoreReach, ViewScan } from '../state/kind/store-view.js';
import { mergeScans, type OrderedEntry } from './merged-scan.js';
import { mergedPosition, nowhere } from './positions.js';
import type { AnyEntry, NamedQuery, ReadRule, ReplicaAnswer, ReplicaScan, StoreAccess, StoreReplica } from './store-replica.js';
import { StoreNotAvailableError, type Unavailability } from './store-not-available.js';

/** How queries read and wait where their options do not say it. */
export interface QueryDefaults {
  readonly clock: Clock;
  /** How long a query waits for a store that can not be asked, ms. */
  readonly deadlineMs: number;
  readonly isolation: ReadRule['isolation'];
}

/** The first and the longest pause before a store is looked for again, ms. */
const firstPauseMs = 10;
const longestPauseMs = 250;
/** How long another instance may take to respond to a query that does not wait, ms. */
const singleTryMs = 1_000;

/** Waiting does not help here. */
const final: readonly Unavailability[] = ['stopped', 'elsewhere'];

const none = Buffer.alloc(0);

/** Runs queries on the stores of one name, wherever they are, and waits for those that can not be asked. */
export class ReplicaReach implements StoreReach {
  private readonly keys: KeyCodec<unknown>;

  /** `topic` is the one that the key's serde is called with. */
  constructor(
    private readonly spec: StoreSpec,
    topic: string,
    private readonly access: StoreAccess,
    private readonly defaults: QueryDefaults,
  ) {
    this.keys = new KeyCodec(spec.key, topic, spec.name);
  }

  isSameKey(a: unknown, b: unknown, query: string): boolean {
    return this.keys.bytes(a, query).equals(this.keys.bytes(b, query));
  }

  async ask(key: unknown, query: string, ...parameters: readonly unknown[]): Promise<unknown> {
    return (await this.askWith(undefined, key, query, ...parameters)).value;
  }

  async askWith(
    options: ReadOptions | undefined,
    key: unknown,
    query: string,
    ...parameters: readonly unknown[]
  ): Promise<ReadAnswer<unknown>> {
    const { name } = this.spec;
    const bytes = this.keys.bytes(key, query);
    const named = { name: query, parameters, limit: 1 };
    return this.patiently(options, async (rule, leftMs) =>
      this.askFirst(await this.access.ofKey(name, bytes, rule.reading), named, rule, leftMs),
    );
  }

  async askAll(query: string, ...parameters: readonly unknown[]): Promise<readonly unknown[]> {
    const named = { name: query, parameters, limit: 1 };
    const answers = await this.patiently(undefined, async (rule, leftMs) => {
      const tasks = await this.access.all(this.spec.name, rule.reading);
      return Promise.all(tasks.map((replicas) => this.askFirst(replicas, named, rule, leftMs)));
    });
    return answers.map(({ value }) => value);
  }

  scan(plan: ScanPlan, query: string, ...parameters: readonly unknown[]): ViewScan<AnyEntry> {
    // User code in JavaScript may pass null for no options.
    const { reverse = false, limit = Infinity } = plan.options ?? {};
    checkLimit(limit, this.spec.name, query);
    let begun: Promise<readonly ReplicaScan[]> | undefined;
    const scans = () => (begun ??= this.begin(plan, { name: query, parameters, limit }));
    const orderOf = plan.order === 'by key' ? (entry: AnyEntry) => this.keys.bytes(entry[0], query) : () => none;
    const entries = merged(scans, orderOf, reverse, limit);
    return {
      [Symbol.asyncIterator]: () => entries,
      lag: async () => Math.max(0, ...(await scans()).map(({ lag }) => lag)),
      position: async () => mergedPosition((await scans()).map(({ position }) => position)),
    };
  }

  /** Begins a scan of each store. Where one can not be asked, those that have begun are ended, and all are tried again. */
  private begin(plan: ScanPlan, query: NamedQuery): Promise<readonly ReplicaScan[]> {
    const { name } = this.spec;
    return this.patiently(plan.options ?? undefined, async (rule, leftMs) => {
      const tasks =
        'key' in plan
          ? [await this.access.ofKey(name, this.keys.bytes(plan.key, query.name), rule.reading)]
          : await this.access.all(name, rule.reading);
      const outcomes = await Promise.allSettled(tasks.map((replicas) => this.scanFirst(replicas, query, rule, leftMs)));
      const scans = outcomes.flatMap((outcome) => (outcome.status === 'fulfilled' ? [outcome.value] : []));
      const failed = outcomes.find((outcome) => outcome.status === 'rejected');
      if (failed === undefined) return scans;
      await Promise.allSettled(scans.map(async ({ entries }) => entries.return?.()));
      throw failed.reason;
    });
  }

  private askFirst(replicas: readonly StoreReplica[], query: NamedQuery, rule: ReadRule, leftMs: number): Promise<ReplicaAnswer> {
    return this.first(replicas, leftMs, (replica, patienceMs) => replica.ask(query, rule, patienceMs));
  }

  private scanFirst(replicas: readonly StoreReplica[], query: NamedQuery, rule: ReadRule, leftMs: number): Promise<ReplicaScan> {
    return this.first(replicas, leftMs, (replica, patienceMs) => replica.scan(query, rule, patienceMs));
  }

  /** Asks one replica after the other until one responds. Each gets its share of the time that is left. */
  private async first<T>(
    replicas: readonly StoreReplica[],
    leftMs: number,
    ask: (replica: StoreReplica, patienceMs: number) => T | Promise<T>,
  ): Promise<T> {
    let failure: StoreNotAvailableError | undefined;
    for (let i = 0; i < replicas.length; i++) {
      try {
        return await ask(replicas[i]!, leftMs / (replicas.length - i));
      } catch (thrown) {
        if (!(thrown instanceof StoreNotAvailableError)) throw thrown;
        failure ??= thrown;
      }
    }
    throw failure ?? new StoreNotAvailableError(this.spec.name, 'rebalancing');
  }

  /** Asks until the stores respond, or until the deadline: each time it is looked anew where they are. */
  private async patiently<T>(options: ReadOptions | undefined, ask: (rule: ReadRule, leftMs: number) => Promise<T>): Promise<T> {
    const { clock, isolation } = this.defaults;
    const deadlineMs = options?.deadline === undefined ? this.defaults.deadlineMs : durationMs(options.deadline, 'deadline');
    const rule: ReadRule = {
      reading: options?.stale === true ? 'stale' : 'active',
      isolation: options?.isolation ?? isolation,
      atLeast: options?.atLeast ?? nowhere,
    };
    const end = clock.monotonic() + deadlineMs;
    let reason: StoreNotAvailableError | undefined;
    for (let pauseMs = firstPauseMs; ; pauseMs = Math.min(longestPauseMs, 2 * pauseMs)) {
      const leftMs = end - clock.monotonic();
      try {
        return await ask(rule, deadlineMs === 0 ? singleTryMs : leftMs);
      } catch (thrown) {
        if (!(thrown instanceof StoreNotAvailableError) || final.includes(thrown.reason)) throw thrown;
        // The deadline may have cut the last try short. What an instance has said before tells more.
        if (thrown.reason !== 'unreachable') reason = thrown;
        if (clock.monotonic() + pauseMs >= end) throw reason ?? thrown;
      }
      await clock.sleep(pauseMs);
    }
  }
}

/** Returns the entries of all scans. They begin when the first entry is wanted. */
async function* merged(
  begin: () => Promise<readonly ReplicaScan[]>,
  orderOf: (entry: AnyEntry) => Buffer,
  reverse: boolean,
  limit: number,
): AsyncGenerator<AnyEntry> {
  const scans = await begin();
  yield* mergeScans(
    scans.map(({ entries }) => ordered(entries, orderOf)),
    reverse,
    limit,
  );
}

/** Adds to entries what orders them. It leaves the entries when it is left, even before the first one. */
function ordered(entries: AsyncIterator<AnyEntry>, orderOf: (entry: AnyEntry) => Buffer): AsyncIterable<OrderedEntry<AnyEntry>> {
  const iterator: AsyncIterator<OrderedEntry<AnyEntry>> = {
    next: async () => {
      const next = await entries.next();
      return next.done === true ? { done: true, value: undefined } : { value: { order: orderOf(next.value), entry: next.value } };
    },
    return: async () => {
      await entries.return?.();
      return { done: true, value: undefined };
    },
  };
  return { [Symbol.asyncIterator]: () => iterator };
}
