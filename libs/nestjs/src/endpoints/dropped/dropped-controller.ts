import { Get, Inject, Query, Res } from '@nestjs/common';
import { ApplicationChoice } from '../applications/application-choice.js';
import { endpointOptionsToken, type ResolvedStreamsEndpoints } from '../endpoint-settings.js';
import { Described } from '../responses/described.js';
import { Replies } from '../responses/replies.js';
import { Masks } from '../values/masks.js';
import { integerOf, type Query as Parameters } from '../values/query.js';
import { DroppedLog, type RememberedDrop } from './dropped-log.js';

/** The records that this instance dropped last, with place and reason. */
export class OuzelDroppedController {
  private readonly masks: Masks;

  constructor(
    @Inject(Replies) private readonly replies: Replies,
    @Inject(ApplicationChoice) private readonly choice: ApplicationChoice,
    @Inject(DroppedLog) private readonly log: DroppedLog,
    @Inject(endpointOptionsToken) private readonly options: ResolvedStreamsEndpoints,
  ) {
    this.masks = new Masks(options.masked);
  }

  @Get('dropped')
  @Described('The records that this instance dropped last, the newest first', {
    application: 'Name or application id, where the process has several',
    limit: 'At most this many records. Default: all that are remembered',
  })
  dropped(@Query() query: Parameters, @Res() response: unknown): Promise<unknown> {
    return this.replies.to(response, () => {
      const { streams } = this.choice.of(query);
      const limit = integerOf(query, 'limit', this.options.droppedRecords, [0, 10_000]);
      return {
        records: this.log
          .of(streams.name)
          .slice(0, limit)
          .map((drop) => this.shown(drop)),
      };
    });
  }

  private shown({ at, record }: RememberedDrop): object {
    const { reason, node, taskId, topic, partition, offset, timestamp, key, value } = record;
    const place = { at, reason, node, taskId, topic, partition, offset, timestamp };
    return this.options.payloads ? { ...place, key: this.masks.shownBytes(key), value: this.masks.shownBytes(value) } : place;
  }
}
