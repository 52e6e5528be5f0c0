import { Injectable } from '@nestjs/common';
import type { ApplicationStatus } from '@ouzel/streams';
import { Applications } from '../handles/applications.js';
import { probesOf, type Probe, type Probes } from './probes.js';

/** The health of one application: its probes, and its status. */
export interface HealthSnapshot extends Probes {
  readonly name: string;
  /** Null before the topology is assembled. */
  readonly status: ApplicationStatus | null;
}

const notAssembled: Probe = { isUp: false, reason: 'the topology is not assembled yet' };

/** Health of all applications of this process. */
@Injectable()
export class OuzelHealth {
  /** @internal */
  constructor(private readonly applications: Applications) {}

  snapshots(): readonly HealthSnapshot[] {
    return this.applications.all.map(({ streams, stallTimeout }) => {
      if (!streams.isAssembled)
        return { name: streams.name, status: null, startup: notAssembled, live: { isUp: true, reason: null }, ready: notAssembled };
      const status = streams.status();
      return { name: streams.name, status, ...probesOf(status, { now: Date.now(), stallTimeout: stallTimeout() }) };
    });
  }
}
