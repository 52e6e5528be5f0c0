import type { ServerResponse } from 'node:http';
import { HttpStatus, Inject, Injectable, type OnModuleDestroy, type OnModuleInit } from '@nestjs/common';
import type { OuzelStreams } from '../../handles/ouzel-streams.js';
import { ApplicationChoice } from '../applications/application-choice.js';
import { Instances } from '../applications/instances.js';
import { endpointOptionsToken, type ResolvedStreamsEndpoints } from '../endpoint-settings.js';
import { RefusedRequest } from '../refused-request.js';
import { EventStream } from './event-stream.js';
import type { Tree } from './merge-patch.js';
import { instanceSnapshot } from './snapshot.js';
import { Timeline, type TimelineEvent } from './timeline.js';

const periodMs = 1_000;
const maxReaders = 100;

/** Makes a snapshot a second while somebody reads, and sends it to all readers. */
@Injectable()
export class LiveFeed implements OnModuleInit, OnModuleDestroy {
  private readonly timeline = new Timeline();
  private readonly readers = new Set<EventStream>();
  private readonly listening: (() => void)[] = [];
  private timer: NodeJS.Timeout | undefined;
  private isLooking = false;
  private isClosed = false;

  constructor(
    @Inject(ApplicationChoice) private readonly choice: ApplicationChoice,
    @Inject(Instances) private readonly instances: Instances,
    @Inject(endpointOptionsToken) private readonly options: ResolvedStreamsEndpoints,
  ) {}

  onModuleInit(): void {
    for (const { streams } of this.choice.registered)
      this.listening.push(
        streams.onStateChange((to, from) => this.timeline.add(streams.name, 'this instance', 'state', `is ${to}, was ${from}`)),
      );
  }

  /** Ends all streams: an open one would keep the server from closing. */
  onModuleDestroy(): void {
    this.isClosed = true;
    clearInterval(this.timer);
    for (const reader of this.readers) reader.end();
    for (const end of this.listening) end();
  }

  /** Returns why no reader can be taken; undefined where one can. */
  refusal(): RefusedRequest | undefined {
    if (this.isClosed) return refused('CLOSING', 'the application is closing');
    return this.readers.size < maxReaders ? undefined : refused('TOO_MANY_READERS', `${maxReaders} streams of events are open`);
  }

  /** Sends events to the response until one side ends it. */
  open(response: ServerResponse, lastEvent: number): void {
    const reader = new EventStream(response, this.timeline, lastEvent);
    this.readers.add(reader);
    response.on('close', () => this.gone(reader));
    this.timer ??= setInterval(() => void this.look(), periodMs).unref();
    void this.look();
  }

  private gone(reader: EventStream): void {
    this.readers.delete(reader);
    if (this.readers.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }

  /** One look at a time: an instance that is slow to respond delays the next look, and no heartbeat. */
  private async look(): Promise<void> {
    for (const reader of this.readers) reader.beat();
    if (this.isLooking) return;
    this.isLooking = true;
    try {
      const commits: TimelineEvent[] = [];
      const applications: Record<string, Tree> = {};
      for (const { streams } of this.choice.all) applications[streams.name] = await this.lookAt(streams, commits);
      const { actions, stores, payloads } = this.options;
      const snapshot = { at: Date.now(), can: { act: actions, readStores: stores, seePayloads: payloads }, applications };
      if (!this.isClosed) for (const reader of this.readers) reader.push(snapshot, commits);
    } finally {
      this.isLooking = false;
    }
  }

  private async lookAt(streams: OuzelStreams, commits: TimelineEvent[]): Promise<Tree> {
    const reports = await this.instances.reports(streams);
    commits.push(...this.timeline.observe(streams.name, reports).filter(({ kind }) => kind === 'commit'));
    const now = Date.now();
    return {
      applicationId: streams.applicationId,
      instances: Object.fromEntries(reports.map((report) => [report.id, instanceSnapshot(report, now)])),
    };
  }
}

function refused(code: string, message: string): RefusedRequest {
  return new RefusedRequest(HttpStatus.SERVICE_UNAVAILABLE, code, message);
}
