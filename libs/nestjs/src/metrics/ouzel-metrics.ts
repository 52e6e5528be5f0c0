import { Injectable } from '@nestjs/common';
import type { MetricFamily } from '@ouzel/streams';
import { Registry } from 'prom-client';
import type { MetricsOptions } from '../module/module-options.js';
import type { OuzelStreams } from '../module/ouzel-streams.js';
import { familyMetric, type LabelledFamily } from './family-metric.js';
import { kafkaAliases } from './kafka-aliases.js';

/** The applications whose metrics one registry has. */
class Collector {
  private readonly sources: (() => readonly LabelledFamily[])[] = [];
  private collected: readonly LabelledFamily[] | undefined;

  constructor(private readonly registry: Registry) {}

  add(streams: OuzelStreams, withAliases: boolean): void {
    const app = streams.applicationId;
    this.sources.push(() => {
      const families = streams.metrics.collect();
      return (withAliases ? [...families, ...kafkaAliases(families)] : families).map((family) => ({ app, family }));
    });
    this.collected = undefined;
    for (const { family } of this.collect()) this.register(family);
  }

  private register(family: MetricFamily): void {
    if (this.registry.getSingleMetric(family.name) !== undefined) return;
    this.registry.registerMetric(familyMetric(family, () => this.collect().filter(({ family: { name } }) => name === family.name)));
  }

  /** A scrape asks all metrics in one turn: they share one look at the clients. */
  private collect(): readonly LabelledFamily[] {
    if (this.collected === undefined) {
      queueMicrotask(() => (this.collected = undefined));
      this.collected = this.sources.flatMap((source) => source());
    }
    return this.collected;
  }
}

/** Registers the metrics of applications; those that share a registry share its metrics, told apart by the label `app`. */
@Injectable()
export class OuzelMetrics {
  private readonly own = new Registry();
  private readonly collectors = new Map<Registry, Collector>();

  register(streams: OuzelStreams, { registry = this.own, compat = false }: MetricsOptions): void {
    const collector = this.collectors.get(registry) ?? new Collector(registry);
    this.collectors.set(registry, collector);
    collector.add(streams, compat);
  }

  /** All of the registries that are used, with what others registered there, in Prometheus' text. */
  async text(): Promise<string> {
    return (await Promise.all([...this.collectors.keys()].map((registry) => registry.metrics()))).join('\n');
  }

  get contentType(): string {
    return ([...this.collectors.keys()][0] ?? this.own).contentType;
  }
}
