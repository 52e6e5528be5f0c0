import { Injectable } from '@nestjs/common';
import type { MetricFamily } from '@ouzel/streams';
import { Registry } from 'prom-client';
import type { OuzelStreams } from '../handles/ouzel-streams.js';
import { familyMetric, type LabelledFamily } from './family-metric.js';
import { kafkaAliases } from './kafka-aliases.js';
import type { MetricsOptions } from './metrics-options.js';

type Source = () => readonly LabelledFamily[];

/** The applications whose metrics are in one registry. */
class Collector {
  /**
   * Collectors by registry. Several Nest applications of the process may share a registry; with the last of them its
   * collector goes too.
   */
  private static readonly ofRegistries = new WeakMap<Registry, Collector>();
  private readonly sources = new Set<Source>();
  private collected: readonly LabelledFamily[] | undefined;

  private constructor(private readonly registry: Registry) {}

  static of(registry: Registry): Collector {
    const collector = Collector.ofRegistries.get(registry) ?? new Collector(registry);
    Collector.ofRegistries.set(registry, collector);
    return collector;
  }

  /** Adds an application. Returns a function that takes it out again. */
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

  /** Collects once for all metrics of a scrape, which asks for each of them in the same turn. */
  private collect(): readonly LabelledFamily[] {
    if (this.collected === undefined) {
      queueMicrotask(() => (this.collected = undefined));
      this.collected = [...this.sources].flatMap((source) => source());
    }
    return this.collected;
  }
}

/**
 * Registers the metrics of applications. Those that share a registry share its metrics, and the label `app` tells them
 * apart.
 */
@Injectable()
export class OuzelMetrics {
  private readonly own = new Registry();
  private readonly used = new Set<Registry>();

  /** Registers the metrics of an application. Returns a function that ends it. */
  register(streams: OuzelStreams, { registry = this.own, compat = false }: MetricsOptions): () => void {
    this.used.add(registry);
    return Collector.of(registry).add(streams, compat);
  }

  /** Returns the metrics of all registries that are used, those of other libraries too, in Prometheus' format. */
  async text(): Promise<string> {
    return (await Promise.all([...this.used].map((registry) => registry.metrics()))).join('\n');
  }

  get contentType(): string {
    return ([...this.used][0] ?? this.own).contentType;
  }
}
