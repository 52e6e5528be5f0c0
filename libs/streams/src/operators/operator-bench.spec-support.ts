import { type Cancel, type Clock, Headers, type Random, silentLogger } from '@ouzel/core';
import type { DropReason } from '../record/dropped.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord, type RecordContext } from '../record/record.js';
import { DecodedBudget } from '../state/rows/decoded-budget.js';
import { MemoryBytes } from '../state/memory/memory-bytes.js';
import { RecordCache } from '../state/cache/record-cache.js';
import { engineParts } from '../state/kind/engine-parts.js';
import type { StoreSpec } from '../state/kind/store-kind.js';
import type { StateStore, StoreContext } from '../state/state-store.js';
import { WriteBuffer } from '../state/database/write-buffer.js';

type AnyNode = ProcessorNode<any, any, any, any>;

/** A clock that a test moves. */
export class BenchClock implements Clock {
  private time = 0;
  private timers: { readonly at: number; readonly callback: () => void }[] = [];

  now(): number {
    return this.time;
  }
  monotonic(): number {
    return this.time;
  }
  schedule(ms: number, callback: () => void): Cancel {
    const timer = { at: this.time + ms, callback };
    this.timers.push(timer);
    return () => void (this.timers = this.timers.filter((other) => other !== timer));
  }
  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const cancel = this.schedule(ms, resolve);
      signal?.addEventListener('abort', () => {
        cancel();
        resolve();
      });
    });
  }
  turn(): Promise<void> {
    return new Promise((resolve) => setImmediate(resolve));
  }

  /** Moves to the next timer that is set, and calls it; false when there is none. */
  async next(): Promise<boolean> {
    await this.turn();
    const [first] = this.timers.sort((a, b) => a.at - b.at);
    if (first === undefined) return false;
    this.timers.shift();
    this.time = Math.max(this.time, first.at);
    first.callback();
    await this.turn();
    return true;
  }

  advance(ms: number): void {
    this.time += ms;
  }
}

/** Collects what a node forwards. `process` returns what `answer` returns. */
class End extends ProcessorNode<any, any, void, void> {
  readonly records: StreamRecord<any, any>[] = [];
  /** The record context of the task at each record. */
  readonly contexts: RecordContext[] = [];
  answer: () => void | Promise<void> = () => {};

  override process(record: StreamRecord<any, any>): void | Promise<void> {
    this.records.push(record);
    this.contexts.push(this.context.record);
    return this.answer();
  }
}

/**
 * One node, or several in a row, with stores in memory and an end that collects what comes out: what a task is to them,
 * and nothing of the engine around it.
 */
export class OperatorBench implements NodeContext, StoreContext {
  readonly applicationId = 'app';
  readonly taskId = '0_0';
  readonly partition = 0;
  readonly stateDirectory = '';
  record: RecordContext = {
    topic: 'in',
    partition: 0,
    offset: -1,
    timestamp: -1,
    headers: Headers.empty,
    sourceKey: null,
    sourceValue: null,
  };
  readonly clock = new BenchClock();
  readonly random: Random = { next: () => 0.5, uuid: () => '' };
  readonly logger = silentLogger;
  readonly dropped: DropReason[] = [];
  readonly failures: Error[] = [];
  /** How often user code was called with the record of each failure. */
  readonly attempts: number[] = [];
  readonly times = new Map<string, number>();
  readonly end = new End();
  private readonly stores = new Map<string, StateStore>();
  private readonly deferred: (() => void | Promise<void>)[] = [];

  private constructor(private readonly nodes: readonly AnyNode[]) {}

  /** `cached`: stores that allow it have a record cache. */
  static async open(
    nodes: AnyNode | readonly AnyNode[],
    specs: readonly StoreSpec[] = [],
    { cached = false } = {},
  ): Promise<OperatorBench> {
    const list = nodes instanceof ProcessorNode ? [nodes] : nodes;
    const bench = new OperatorBench(list);
    for (const spec of specs) bench.stores.set(spec.name, bench.create(spec, cached));
    list.forEach((node, i) => node.children.push(list[i + 1] ?? bench.end));
    for (const node of [...list, bench.end]) {
      node.stores = [...bench.stores.keys()];
      await node.init(bench);
    }
    return bench;
  }

  /** Hands a record to the first node, or to the one given; what defers work has its turn before. */
  async pipe(key: unknown, value: unknown, timestamp = 0, { headers = Headers.empty, node = this.nodes[0]! } = {}): Promise<void> {
    await this.runDeferred();
    this.record = { topic: 'in', partition: 0, offset: this.record.offset + 1, timestamp, headers, sourceKey: null, sourceValue: null };
    await node.receive(new StreamRecord(key, value, timestamp, headers));
  }

  /** As a commit does. */
  async flush(): Promise<void> {
    for (const node of this.nodes) await node.drain();
    for (const store of this.stores.values()) await store.flush();
  }

  async runDeferred(): Promise<void> {
    for (let work = this.deferred.shift(); work !== undefined; work = this.deferred.shift()) await work();
  }

  /** Takes what came out so far. */
  take(): StreamRecord<any, any>[] {
    return this.end.records.splice(0);
  }

  /** Takes what came out so far, as `key=value@time`. */
  text(): string[] {
    return this.take().map(({ key, value, timestamp }) => `${keyText(key)}=${valueText(value)}@${timestamp}`);
  }

  streamTime(): number {
    return this.record.timestamp;
  }
  systemTime(): number {
    return this.clock.now();
  }
  getStateStore<S>(name: string): S {
    return this.stores.get(name) as S;
  }
  isGlobalStore(): boolean {
    return false;
  }
  drop(reason: DropReason): void {
    this.dropped.push(reason);
  }
  schedule(): never {
    throw new Error('no punctuation here');
  }
  requestCommit(): void {}
  defer(work: () => void | Promise<void>): void {
    this.deferred.push(work);
  }
  failed(error: Error, _node: AnyNode, _record: unknown, attempts = 1): void {
    this.failures.push(error);
    this.attempts.push(attempts);
  }
  send(): void {}
  serializationFailed(): void {}
  partitionsOf(): number {
    return 1;
  }
  committedTime(name: string): number | undefined {
    return this.times.get(name);
  }
  setCommittedTime(name: string, time: number): void {
    this.times.set(name, time);
  }
  own(): void {}

  log(): void {}

  private create(spec: StoreSpec, cached: boolean): StateStore {
    const cache = cached && spec.caching ? new RecordCache(10_000_000) : undefined;
    const rows = new WriteBuffer('', new MemoryBytes(), new DecodedBudget());
    return spec.kind.create(spec, engineParts(spec, { context: this, rows, cache, topic: spec.name, logged: false }));
  }
}

function keyText(key: unknown): string {
  const { key: inner, window } = (key ?? {}) as { key?: unknown; window?: { start: number; end: number } };
  return window === undefined ? String(key) : `${String(inner)}[${window.start},${window.end}]`;
}

/** A change as `old>new`, anything else as text. */
function valueText(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('newValue' in value)) return String(value);
  const { newValue, oldValue } = value as { newValue: unknown; oldValue?: unknown };
  return `${String(oldValue)}>${String(newValue)}`;
}
