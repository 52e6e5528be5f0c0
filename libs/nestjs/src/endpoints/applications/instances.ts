import { Injectable } from '@nestjs/common';
import type { ApplicationStatus, MetricFamily } from '@ouzel/streams';
import type { OuzelStreams } from '../../handles/ouzel-streams.js';

/** One instance of an application as it is now. */
export interface InstanceReport {
  /** The member id in the group; `self` before this instance has one. */
  readonly id: string;
  /** Its `applicationServer`; null where it has published none. */
  readonly server: string | null;
  /** Whether it is the instance that responds. */
  readonly isSelf: boolean;
  /** Ids of the tasks that the group has given to it. */
  readonly tasks: readonly string[];
  readonly standbys: readonly string[];
  /** Null for an instance that could not be asked. */
  readonly status: ApplicationStatus | null;
  readonly metrics: readonly MetricFamily[];
  /** Why it could not be asked; null where it was. */
  readonly unreachable: string | null;
}

/** Asks the instances of an application how they are. */
@Injectable()
export class Instances {
  async reports(streams: OuzelStreams): Promise<readonly InstanceReport[]> {
    return [selfReport(streams)];
  }
}

function selfReport(streams: OuzelStreams): InstanceReport {
  const status = streams.status();
  return {
    id: status.memberId ?? 'self',
    server: null,
    isSelf: true,
    tasks: status.tasks.map(({ id }) => id),
    standbys: status.standbys.map(({ id }) => id),
    status,
    metrics: streams.metrics.collect(),
    unreachable: null,
  };
}
