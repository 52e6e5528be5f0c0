import type { State } from '@ouzel/streams';
import type { InstanceReport } from '../applications/instances.js';
import { total } from './snapshot.js';

export type EventKind = 'state' | 'rebalance' | 'commit' | 'error' | 'restore' | 'instance';

/** Something that happened to an instance of an application. */
export interface TimelineEvent {
  /** Counts up over all events of this process. */
  readonly id: number;
  /** Epoch ms. */
  readonly at: number;
  readonly application: string;
  readonly instance: string;
  readonly kind: EventKind;
  readonly text: string;
}

/** How many events are remembered for pages that open later. Commits are not: there is one in each interval. */
const capacity = 300;

interface Seen {
  readonly name: string;
  readonly state: State | undefined;
  readonly rebalances: number;
  readonly commits: number;
  readonly failure: string | null;
  readonly unreachable: string | null;
  readonly restoring: boolean;
}

/** Finds what happened to the instances of the applications, by comparing their reports with the last ones. */
export class Timeline {
  private readonly kept: TimelineEvent[] = [];
  private last = 0;
  private readonly seen = new Map<string, Map<string, Seen>>();

  /** Adds an event. Returns it. */
  add(application: string, instance: string, kind: EventKind, text: string): TimelineEvent {
    const event = { id: ++this.last, at: Date.now(), application, instance, kind, text };
    if (kind === 'commit') return event;
    this.kept.push(event);
    if (this.kept.length > capacity) this.kept.shift();
    return event;
  }

  /** Returns the remembered events after the one with this id. */
  after(id: number): readonly TimelineEvent[] {
    return this.kept.filter((event) => event.id > id);
  }

  /** Compares the reports of an application with the last ones, and returns what happened in between. */
  observe(application: string, reports: readonly InstanceReport[]): readonly TimelineEvent[] {
    const former = this.seen.get(application);
    const next = new Map(reports.map((report) => [report.id, seenOf(report)]));
    this.seen.set(application, next);
    if (former === undefined) return [];
    const events: TimelineEvent[] = [];
    const note = (instance: string, kind: EventKind, text: string) => events.push(this.add(application, instance, kind, text));
    for (const [id, { name }] of former) if (!next.has(id)) note(name, 'instance', 'is no member of the group any more');
    for (const { id, isSelf } of reports) {
      const [before, now] = [former.get(id), next.get(id)!];
      if (before === undefined) note(now.name, 'instance', 'is a member of the group');
      else for (const [kind, text] of changes(before, now, isSelf)) note(now.name, kind, text);
    }
    return events;
  }
}

function seenOf({ id, server, isSelf, status, metrics, unreachable }: InstanceReport): Seen {
  return {
    name: server ?? (isSelf ? 'this instance' : id),
    state: status?.state,
    rebalances: total(metrics, 'ouzel_rebalances_total'),
    commits: total(metrics, 'ouzel_commits_total'),
    failure: status?.failure?.message ?? status?.connectivity.failure ?? null,
    unreachable,
    restoring: (status?.restore.remaining ?? 0) > 0,
  };
}

/** Keeps the events of one instance. This very instance also adds changes of its state when they happen. */
function* changes(before: Seen, now: Seen, isSelf: boolean): Generator<readonly [EventKind, string]> {
  if (now.unreachable !== null) {
    if (before.unreachable === null) yield ['instance', `does not respond: ${now.unreachable}`];
    return;
  }
  if (before.unreachable !== null) yield ['instance', 'responds again'];
  if (!isSelf && before.state !== undefined && before.state !== now.state) yield ['state', `is ${now.state}, was ${before.state}`];
  if (now.rebalances > before.rebalances) yield ['rebalance', counted(now.rebalances - before.rebalances, 'rebalance')];
  if (now.failure !== null && now.failure !== before.failure) yield ['error', now.failure];
  if (now.restoring !== before.restoring) yield ['restore', now.restoring ? 'restores its stores' : 'has restored its stores'];
  if (now.commits > before.commits) yield ['commit', counted(now.commits - before.commits, 'commit')];
}

function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? '' : 's'}`;
}
