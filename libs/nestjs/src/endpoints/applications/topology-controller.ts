import { Get, Inject, Query, Res } from '@nestjs/common';
import { Described } from '../responses/described.js';
import { Replies, TextBody } from '../responses/replies.js';
import { wordOf, type Query as Parameters } from '../values/query.js';
import { ApplicationChoice } from './application-choice.js';

const text = 'text/plain; charset=utf-8';

/** The topology of an application in the forms that tools know. */
export class OuzelTopologyController {
  constructor(
    @Inject(Replies) private readonly replies: Replies,
    @Inject(ApplicationChoice) private readonly choice: ApplicationChoice,
  ) {}

  @Get('topology')
  @Described('The topology of an application', {
    application: 'Name or application id, where the process has several',
    format: 'json (default), text (as Kafka Streams describes it), mermaid, dot',
  })
  topology(@Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.replies.to(response, () => {
      const { topology } = this.choice.of(query).streams;
      switch (wordOf(query, 'format', ['json', 'text', 'mermaid', 'dot'])) {
        case 'json':
          return topology.toJSON();
        case 'text':
          return new TextBody(topology.describe(), text);
        case 'mermaid':
          return new TextBody(topology.toMermaid(), text);
        case 'dot':
          return new TextBody(topology.toDot(), text);
      }
    });
  }
}
