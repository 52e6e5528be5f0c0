import type { MetricFamily } from '@ouzel/streams';
import type { Metric } from 'prom-client';

/** A metric of one application as it is now. */
export interface LabelledFamily {
  readonly app: string;
  readonly family: MetricFamily;
}

/**
 * Returns a metric of prom-client whose values are read when they are asked for. The classes of prom-client keep values
 * that are added up; the engine has them already.
 */
export function familyMetric({ name, help, type }: Omit<MetricFamily, 'samples'>, read: () => readonly LabelledFamily[]): Metric {
  const values = () =>
    read().flatMap(({ app, family }) =>
      family.samples.map(({ labels, value, suffix }) => ({
        value,
        labels: { app, ...labels },
        ...(suffix === undefined ? {} : { metricName: `${name}${suffix}` }),
      })),
    );
  const metric = {
    name,
    help,
    type,
    aggregator: 'sum',
    get: async () => ({ name, help, type, aggregator: 'sum', values: values() }),
    reset: () => {},
  };
  // A registry asks a metric for no more than this; the class of prom-client has private parts too.
  return metric as unknown as Metric;
}
