import { change, type Change } from '../record/change.js';
import { ProcessorNode, type NodeContext } from '../processor/node.js';
import { StreamRecord } from '../record/record.js';
import { Headers } from '@ouzel/core';
import type { TypedSessionStore } from '../state/session/typed-session-store.js';
import type { Entry, Windowed } from '../state/store.js';
import type { SessionWindow } from '../windows/index.js';
import type { Aggregator, Initializer, Merger } from './callbacks.js';
import { forwardSessions, withholdChanges, type SessionForwarder } from './change-forwarder.js';
import { forwardEach } from './forward-each.js';
import { synchronous } from './results.js';
import { WindowClose } from './window-close.js';

export interface SessionWindowAggregateOptions<K, V, A> {
  readonly store: string;
  readonly window: SessionWindow;
  readonly initial: Initializer<A>;
  readonly add: Aggregator<K, V, A>;
  readonly merge: Merger<K, A>;
  readonly emit: 'update' | 'close';
  readonly emitIntervalMs: number;
  readonly oldValues: boolean;
}

/**
 * Folds the values of one key into sessions (KStreamSessionWindowAggregate): a record joins those that lie at most a
 * gap away, and what it joins becomes one session; the former ones are deleted, and forwarded as deletions. A record
 * without a key is dropped; one whose session ended more than gap and grace before the newest timestamp is late. A
 * result has the time of its session's end.
 */
export class SessionWindowAggregate<K, V, A> extends ProcessorNode<K, V, Windowed<K>, Change<A>> {
  private sessions!: TypedSessionStore<K, A>;
  private changes!: SessionForwarder<K, A>;
  private closing: WindowClose | undefined;
  private observed = -1;

  constructor(private readonly options: SessionWindowAggregateOptions<K, V, A>) {
    super();
  }

  override init(context: NodeContext): void {
    void super.init(context);
    const { store, oldValues, emit, emitIntervalMs } = this.options;
    this.sessions = context.getStateStore(store);
    this.changes =
      emit === 'update' ? forwardSessions(this.sessions, context, (record) => this.forward(record), oldValues) : withholdChanges;
    if (emit === 'close') this.closing = new WindowClose(context, store, emitIntervalMs);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const { key, timestamp } = record;
    if (key === null) return this.drop('null-key');
    if (timestamp > this.observed) this.observed = timestamp;
    const { gapMs, graceMs } = this.options.window;
    const closeTime = this.observed - graceMs - gapMs;
    const pending = this.join(record, this.sessions.findDisjoint(key, timestamp - gapMs, timestamp + gapMs), closeTime);
    if (this.closing === undefined) return pending;
    return pending === undefined
      ? this.forwardClosed(closeTime, record.headers)
      : pending.then(() => this.forwardClosed(closeTime, record.headers));
  }

  override advanceTime(time: number): void | Promise<void> {
    if (time <= this.observed) return;
    this.observed = time;
    const { gapMs, graceMs } = this.options.window;
    if (this.closing !== undefined) return this.forwardClosed(time - graceMs - gapMs, Headers.empty);
  }

  private join(record: StreamRecord<K, V>, found: readonly Entry<Windowed<K>, A>[], closeTime: number): void | Promise<void> {
    const { key, value, timestamp } = record;
    const { initial, add, merge } = this.options;
    let start = timestamp;
    let end = timestamp;
    let aggregate = synchronous(initial(), 'aggregate');
    for (const [{ window }, session] of found) {
      aggregate = synchronous(merge(aggregate, session, key), 'merge');
      start = Math.min(start, window.start);
      end = Math.max(end, window.end);
    }
    if (end < closeTime) return this.drop('late');
    const isNew = start === timestamp && end === timestamp;
    const pending = isNew ? undefined : forwardEach(found.values(), ([session, former]) => this.remove(session, former));
    const put = () => this.put({ key, window: { start, end } }, synchronous(add(aggregate, value, key), 'aggregate') ?? null);
    return pending === undefined ? put() : pending.then(put);
  }

  private remove(session: Windowed<K>, former: A): void | Promise<void> {
    this.sessions.remove(session);
    return this.changes.forward(session, null, former);
  }

  private put(session: Windowed<K>, aggregate: A | null): void | Promise<void> {
    this.sessions.put(session, aggregate);
    return this.changes.forward(session, aggregate, null);
  }

  /** Emits the sessions that ended since the last emission, and can not grow any more. */
  private forwardClosed(closeTime: number, headers: Headers): void | Promise<void> {
    const closing = this.closing!;
    if (closing.isTime() && closing.hasProgress(closeTime) && closeTime > 0) return this.forwardEnded(closeTime, headers);
  }

  private async forwardEnded(closeTime: number, headers: Headers): Promise<void> {
    const closing = this.closing!;
    for await (const [session, aggregate] of this.sessions.endingBetween(Math.max(0, closing.emittedTo ?? 0), closeTime)) {
      const pending = this.forward(new StreamRecord(session, change(aggregate, null), session.window.end, headers));
      if (pending !== undefined) await pending;
    }
    closing.emitted(closeTime);
  }
}
