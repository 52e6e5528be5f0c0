import type { ServerResponse } from 'node:http';
import { mergePatch, type Tree } from './merge-patch.js';
import type { Timeline, TimelineEvent } from './timeline.js';

/** A reader that takes nothing for so long is given up, ms. */
const patienceMs = 60_000;
/** A comment keeps the connection open when nothing was written for so long, ms. */
const heartbeatMs = 10_000;

/**
 * One reader of server-sent events. It is sent a whole snapshot first, then what has changed. A reader that is slow
 * misses snapshots in between, never more than one is waiting for it.
 */
export class EventStream {
  private sent: Tree | undefined;
  private lastWrite = Date.now();

  /** `lastEvent` is the id of the last event that the reader has seen. */
  constructor(
    private readonly response: ServerResponse,
    private readonly timeline: Timeline,
    private lastEvent: number,
  ) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store, no-transform',
      Connection: 'keep-alive',
      'X-Accel-Buffering': 'no',
      'X-Content-Type-Options': 'nosniff',
    });
    response.write('retry: 1000\n\n');
  }

  /** Sends what is new. Commits are sent as they come, other events from what is remembered. */
  push(snapshot: Tree, commits: readonly TimelineEvent[]): void {
    if (this.isBlocked()) return;
    const events = [...this.timeline.after(this.lastEvent), ...commits];
    for (const event of events) this.write(event.kind, event, event.id);
    this.lastEvent = Math.max(this.lastEvent, ...events.map(({ id }) => id));
    const patch = this.sent === undefined ? undefined : mergePatch(this.sent, snapshot);
    if (this.sent === undefined) this.write('snapshot', snapshot);
    else if (patch !== undefined) this.write('delta', patch);
    this.sent = snapshot;
  }

  /** Keeps the connection open while there is nothing to send. */
  beat(): void {
    if (!this.isBlocked() && Date.now() - this.lastWrite >= heartbeatMs) this.send(': still here\n\n');
  }

  /** Tells the reader that the stream ends, which it will open again. */
  end(): void {
    this.response.end('event: end\ndata: {}\n\n');
  }

  private isBlocked(): boolean {
    if (!this.response.writableNeedDrain) return false;
    if (Date.now() - this.lastWrite > patienceMs) this.response.destroy();
    return true;
  }

  private write(event: string, data: unknown, id?: number): void {
    this.send(`${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }

  private send(text: string): void {
    this.lastWrite = Date.now();
    this.response.write(text);
  }
}
