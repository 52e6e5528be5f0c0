import { Injectable } from '@nestjs/common';
import { durationMs, type Duration } from '@ouzel/streams';
import type { OuzelStreams } from './ouzel-streams.js';

export interface Application {
  readonly streams: OuzelStreams;
  /** How long a restore may stand still before liveness fails, ms. */
  readonly stallTimeout: number;
}

/** The applications of one Nest container, by name. Health and metrics speak for all of them. */
@Injectable()
export class Applications {
  private readonly byName = new Map<string, Application>();

  get names(): readonly string[] {
    return [...this.byName.keys()].sort();
  }
  get all(): readonly Application[] {
    return [...this.byName.values()];
  }

  register(streams: OuzelStreams, { stallTimeout = '5m' }: { readonly stallTimeout?: Duration }): void {
    this.byName.set(streams.name, { streams, stallTimeout: durationMs(stallTimeout, 'stallTimeout') });
  }
}
