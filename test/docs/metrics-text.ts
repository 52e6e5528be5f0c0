/** What stands above the tables of docs/METRICS.md. */
export const metricsHead = `# Metrics

This page is made from the table of metrics in the code, by \`npm run docs:metrics\`.

The module registers the metrics of an application with prom-client and serves them at \`GET /metrics\`:

\`\`\`ts
import { Module } from '@nestjs/common';
import { OuzelModule } from '@ouzel/nestjs';
import { Registry } from 'prom-client';

const registry = new Registry();

@Module({
  imports: [
    OuzelModule.forRoot({
      applicationId: 'payments',
      kafka: { brokers: ['localhost:9092'] },
      metrics: { registry, level: 'info', compat: false },
    }),
  ],
})
export class AppModule {}
\`\`\`

- \`registry\`: yours, so that your metrics and these are one page. Default: a registry of Ouzel's own.
- \`level\`: \`info\`, or \`debug\`, which adds the metrics that cost time for each record. The tables say which.
- \`compat\`: the metrics that Kafka Streams has too also appear under the names that Micrometer gives to them, so that
  existing dashboards go on working.

Every metric of the module has the label \`app\`, the application id. Units are base units: seconds, bytes. No label holds
a key or a value of a record. Counters never fall while the process lives, also when tasks leave. Values are read when
they are asked for; a record costs a few additions.

Without Nest, \`KafkaStreams.metrics.collect()\` returns the same families, without the label \`app\`.

## Metrics
`;

/** What stands below them. */
export const metricsGuide = `## How to read them

- **Lag.** \`ouzel_consumer_lag_records\` counts from the next record to process, not from the committed offset.
  \`ouzel_consumer_lag_seconds\` compares the clock with the timestamp that the next record was written with. Old records
  that are read again are old, however fast they are processed: look at its trend.
- **Latency.** \`ouzel_record_e2e_latency_seconds\` observes the age of a record when it reaches a node that nothing
  follows: a sink, or the last operator. It is measured with the time of the turn of the loop, which lasts 8 ms at most,
  and with the exact time where user code returned a promise.
- **Rates.** Use \`rate()\` over counters: \`rate(ouzel_process_seconds_total[1m])\` is the share of a core that a
  sub-topology takes, \`rate(ouzel_restored_records_total[1m])\` the speed of a restore.
- **Event loop.** \`ouzel_event_loop_delay_seconds\` is how much later than asked the loop of the client had its turn:
  other work of the process, or user code that blocks.
- **Sizes of stores** are estimates of LevelDB that are made in the background, for one scrape in 30 s.

## Dashboard and alerts

\`deploy/grafana/ouzel.json\` is a dashboard for Grafana: import it, and choose your Prometheus.
\`deploy/prometheus/ouzel-alerts.yaml\` are alert rules: not ready for 10 minutes, ended with an error, lag that grows or is
old, a restore that stands still, failed records, dead letters, failed commits, too many rebalances, user code that
hangs, partitions that nobody processes. A test compares their names and labels with the tables above. Both expect the
label \`instance\` that Prometheus adds.

## Cost

CPU time of one task that filters, maps, counts and writes, from encoded records to encoded changelogs and outputs, best of
five runs that took turns (\`npm run bench -- measuring\`; 2026-11-28, Node 20.20, 2 cores that others used too, so take
differences of less than a tenth as none):

| | µs of CPU for each record |
|---|---|
| metrics, level \`info\` | 4.6 |
| metrics, level \`debug\` | 6.8 |
| no tracing, records with a \`traceparent\` | 5.8 |
| tracing, no record sampled | 6.6 |
| tracing by \`batch\`, 1 % sampled | 6.6 |
| tracing by \`record\`, 1 % sampled | 6.2 |
| tracing by \`batch\`, all sampled | 7.6 |
| tracing by \`record\`, all sampled | 28.3 |

Level \`info\` has no switch: it is additions that are made anyway. A scrape reads them, once for all metrics.
`;
