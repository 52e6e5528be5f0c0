import { Histogram } from './histogram.js';
import type { Sample } from './metric-family.js';

type Labels<L extends string> = Readonly<Record<L, string>>;

/** One part for each combination of the values of some labels. */
class Labelled<L extends string, T> {
  private readonly parts = new Map<string, { readonly labels: Labels<L>; part: T }>();

  constructor(
    private readonly create: () => T,
    private readonly names: readonly L[],
  ) {}

  protected entry(values: readonly string[]): { readonly labels: Labels<L>; part: T } {
    const key = values.join('\0');
    let found = this.parts.get(key);
    if (found === undefined) {
      const labels = Object.fromEntries(this.names.map((name, i) => [name, values[i]!])) as Labels<L>;
      this.parts.set(key, (found = { labels, part: this.create() }));
    }
    return found;
  }

  protected get entries(): { readonly labels: Labels<L>; readonly part: T }[] {
    return [...this.parts.values()];
  }
}

/** Sums by the values of some labels. */
export class Counts<L extends string> extends Labelled<L, number> {
  constructor(...names: readonly L[]) {
    super(() => 0, names);
  }

  /** `values`: of the labels, in their order. */
  add(amount: number, ...values: readonly string[]): void {
    this.entry(values).part += amount;
  }

  samples(): (Sample & { readonly labels: Labels<L> })[] {
    return this.entries.map(({ labels, part }) => ({ labels, value: part }));
  }
}

/** Distributions by the values of some labels. */
export class Histograms<L extends string> extends Labelled<L, Histogram> {
  constructor(bounds: readonly number[], ...names: readonly L[]) {
    super(() => new Histogram(bounds), names);
  }

  /** Returns the distribution of these values of the labels. A caller in a hot path keeps it. */
  of(...values: readonly string[]): Histogram {
    return this.entry(values).part;
  }

  samples(): (Sample & { readonly labels: Labels<L> })[] {
    return this.entries.flatMap(({ labels, part }) => part.samples(labels));
  }
}
