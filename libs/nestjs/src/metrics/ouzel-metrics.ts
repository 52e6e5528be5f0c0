import { Injectable } from '@nestjs/common';
import type { MetricFamily } from '@ouzel/streams';
import { Registry } from 'prom-client';
import type { OuzelStreams } from '../module/ouzel-streams.js';
import { familyMetric, type LabelledFamily } from './family-metric.js';
import { kafkaAliases } from './kafka-aliases.js';
import type { MetricsOptions } from './metrics-options.js';

type Source = () => readonly LabelledFamily[];

/** The applications whose metrics one registry has. */
class Collector {
  /** A registry may be shared by several Nest applications of the process; it goes, and this with it, when the last of them does. */
  private static readonly ofRegistries = new WeakMap<Registry, Collector>();
  private readonly sources = new Set<Source>();
  private collected: readonly LabelledFamily[] | undefined;

  private constructor(private readonly registry: Registry) {}

  static of(registry: Registry): Collector {
    const collector = Collector.ofRegistries.get(registry) ?? new Collector(registry);
    Collector.ofRegistries.set(registry, collector);
    return collector;
  }

  /** Answers what takes the application out again. */
  add(streams: OuzelStreams, withAliases: boolean): () => void {
    const app = streams.applicationId;
    const source: Source = () => {
      const families = streams.metrics.collect();
      return (withAliases ? [...families, ...kafkaAliases(families)] : families).map((family) => ({ app, family }));
    };
    for (const { family } of source()) this.register(family);
    this.sources.add(source);
    return () => this.sources.delete(source);
  }

  private register(family: MetricFamily): void {
    if (this.registry.getSingleMetric(family.name) !== undefined) return;
    this.registry.registerMetric(familyMetric(family, () => this.collect().filter(({ family: { name } }) => name === family.name)));
  }

  /** A scrape asks all metrics in one turn: they share one look at the clients. */
  private collect(): readonly LabelledFamily[] {
    if (this.collected === undefined) {
      queueMicrotask(() => (this.collected = undefined));
      this.collected = [...this.sources].flatMap((source) => source());
    }
    return this.collected;
  }
}

/** Registers the metrics of applications; those that share a registry share its metrics, told apart by the label `app`. */
@Injectable()
export class OuzelMetrics {
  private readonly own = new Registry();
  private readonly used = new Set<Registry>();

  /** Answers what ends it. */
  register(streams: OuzelStreams, { registry = this.own, compat = false }: MetricsOptions): () => void {
    this.used.add(registry);
    return Collector.of(registry).add(streams, compat);
  }

  /** All of the registries that are used, with what others registered there, in Prometheus' text. */
  async text(): Promise<string> {
    return (await Promise.all([...this.used].map((registry) => registry.metrics()))).join('\n');
  }

  get contentType(): string {
    return ([...this.used][0] ?? this.own).contentType;
  }
}
