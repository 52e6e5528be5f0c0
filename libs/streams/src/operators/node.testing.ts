import { systemClock } from '../clock/index.js';
import type { Change } from '../processor/change.js';
import { ProcessingFailure, ProcessorNode, type NodeContext, type SinkRecord } from '../processor/node.js';
import type { Cancellable, PunctuationType } from '../processor/processor.js';
import { StreamRecord, type RecordContext } from '../processor/record.js';
import { Headers } from '../serdes/headers.js';
import type { StateStore, StateStoreSpec, StoreContext } from '../state/state-store.js';
import { TaskState } from '../state/task-state.js';

type Node = ProcessorNode<any, any, any, any>;

/** What a node sees of a task that has nothing but this node: stores in memory, and lists of what came of it. */
export class BenchContext implements NodeContext, StoreContext {
  readonly applicationId = 'app';
  readonly taskId = '0_0';
  readonly partition = 0;
  readonly stateDirectory = '';
  readonly clock = systemClock;
  record: RecordContext = { topic: 'in', partition: 0, offset: -1, timestamp: -1, headers: Headers.empty, sourceKey: null, sourceValue: null };
  /** Reasons. */
  readonly dropped: string[] = [];
  /** `key=value`, of changelogs; keys and values in hex. */
  readonly logged: string[] = [];
  /** Values of records whose failure was skipped. */
  readonly skipped: unknown[] = [];
  readonly sent: SinkRecord[] = [];
  /** What the processing handler answers. */
  onFailure: 'fail' | 'continue' = 'fail';
  time = -1;
  stores: ReadonlyMap<string, StateStore> = new Map();
  private readonly times = new Map<string, number>();

  streamTime(): number {
    return this.time;
  }
  systemTime(): number {
    return 0;
  }
  getStateStore<S>(name: string): S {
    return this.stores.get(name)! as S;
  }
  isGlobalStore(): boolean {
    return false;
  }
  log(_store: string, key: Buffer, value: Buffer | null): void {
    this.logged.push(`${key.toString('hex')}=${value === null ? null : value.toString('hex')}`);
  }
  drop(reason: string): void {
    this.dropped.push(reason);
  }
  failed(error: Error, node: Node, record: StreamRecord<unknown, unknown> | null): void {
    if (this.onFailure === 'fail') throw new ProcessingFailure(node.name, error);
    this.skipped.push(record?.value);
  }
  schedule(_node: Node, _interval: unknown, _type: PunctuationType): Cancellable {
    return { cancel() {} };
  }
  requestCommit(): void {}
  defer(): void {}
  send(record: SinkRecord): void {
    this.sent.push(record);
  }
  serializationFailed(error: Error): void {
    throw error;
  }
  partitionsOf(): number {
    return 1;
  }
  committedTime(name: string): number | undefined {
    return this.times.get(name);
  }
  setCommittedTime(name: string, time: number): void {
    this.times.set(name, time);
  }
}

class Collector extends ProcessorNode<any, any, any, any> {
  readonly records: StreamRecord<any, any>[] = [];

  override process(record: StreamRecord<any, any>): void {
    this.records.push(record);
  }
}

/** A node by itself, with stores in memory: is fed, and tells what it forwarded. */
export class NodeBench<KIn, VIn, KOut, VOut> {
  private readonly collector = new Collector();

  private constructor(
    readonly node: ProcessorNode<KIn, VIn, KOut, VOut>,
    readonly context: BenchContext,
  ) {}

  /** The stores have changelogs, so what is logged is seen. */
  static async open<KIn, VIn, KOut, VOut>(node: ProcessorNode<KIn, VIn, KOut, VOut>, stores: readonly StateStoreSpec[] = []): Promise<NodeBench<KIn, VIn, KOut, VOut>> {
    const context = new BenchContext();
    const plans = stores.map((spec) => ({ spec, changelog: `app-${spec.name}-changelog`, sourceAsChangelog: false }));
    const state = await TaskState.open({ directory: null, applicationId: 'app', fingerprint: '', stores: plans, context, cache: undefined });
    context.stores = state.stores;
    const bench = new NodeBench(node, context);
    node.name = 'node';
    node.children.push(bench.collector);
    await node.init(context);
    return bench;
  }

  get forwarded(): readonly StreamRecord<KOut, VOut>[] {
    return this.collector.records;
  }

  /** As the task does: the record's context is that of its source. */
  async feed(key: KIn, value: VIn, timestamp: number, headers = Headers.empty): Promise<void> {
    const { context } = this;
    context.record = { ...context.record, offset: context.record.offset + 1, timestamp, headers };
    context.time = Math.max(context.time, timestamp);
    await this.node.receive(new StreamRecord(key, value, timestamp, headers));
  }

  /** Takes what was forwarded since the last time, as `key=value@timestamp`. */
  taken(): string[] {
    return this.collector.records.splice(0).map(({ key, value, timestamp }) => `${key}=${text(value)}@${timestamp}`);
  }
}

/** A change as `new`, or `new<old` where there is an old value. */
function text(value: unknown): string {
  if (typeof value !== 'object' || value === null || !('newValue' in value)) return String(value);
  const { newValue, oldValue } = value as Change<string | number>;
  return oldValue === null ? String(newValue) : `${String(newValue)}<${String(oldValue)}`;
}
