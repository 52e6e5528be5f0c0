import { ServerResponse } from 'node:http';
import { Get, Headers, Inject, Query, Res } from '@nestjs/common';
import { Described } from '../responses/described.js';
import { Replies } from '../responses/replies.js';
import type { Query as Parameters } from '../values/query.js';
import { LiveFeed } from './live-feed.js';

/** The part of a reply of Fastify that hands the response over. */
interface FastifyReply {
  readonly raw: ServerResponse;
  getHeaders(): Readonly<Record<string, number | string | string[] | undefined>>;
  hijack(): void;
}

/** Sends what happens in all applications of the process, as server-sent events. */
export class OuzelEventsController {
  constructor(
    @Inject(Replies) private readonly replies: Replies,
    @Inject(LiveFeed) private readonly feed: LiveFeed,
  ) {}

  @Get('events')
  @Described('State changes, rebalances, commits, errors, restores, and a snapshot each second, as server-sent events', {
    lastEventId: 'Events after this one. The header Last-Event-ID does the same',
  })
  events(
    @Headers('last-event-id') header: string | undefined,
    @Query() { lastEventId = header }: Parameters,
    @Res() response: unknown,
  ): Promise<unknown> | void {
    const refusal = this.feed.refusal();
    if (refusal !== undefined)
      return this.replies.to(response, () => {
        throw refusal;
      });
    this.feed.open(takenOver(response), Number.isSafeInteger(Number(lastEventId)) ? Number(lastEventId) : 0);
  }
}

/** Returns the response of Node, with the headers that were set on Fastify's reply. */
function takenOver(response: unknown): ServerResponse {
  if (response instanceof ServerResponse) return response as ServerResponse;
  const reply = response as FastifyReply;
  for (const [name, value] of Object.entries(reply.getHeaders())) if (value !== undefined) reply.raw.setHeader(name, value);
  reply.hijack();
  return reply.raw;
}
