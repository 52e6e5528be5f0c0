import type { MetricName, SampleOf } from '../../../metrics/metric-table.js';
import type { ApplicationStatus } from '../application-status.js';
import type { ClientView } from '../client-view.js';

/** A client at the moment when its metrics are asked for. */
export interface MeasuredClient extends ClientView {
  readonly status: ApplicationStatus;
}

/** Where the values of each metric come from at the moment when they are asked for. */
export type Readers = { readonly [N in MetricName]: (client: MeasuredClient) => readonly SampleOf<N>[] };

/** Returns one sample without labels. It is zero while the part that counts does not exist. */
export const one = (value: number | undefined): readonly SampleOf<'ouzel_commits_total'>[] => [{ labels: {}, value: value ?? 0 }];
