import { TopologyError } from '@ouzel/core';
import type { ConformanceTest, SceneTest } from '@ouzel/core/conformance';
import type { StoreSpec } from '../state/kind/store-kind.js';
import { specOf } from '../state/kind/store-supplier.js';
import type { StoreBuilder } from '../state/store.js';
import { setups, StoreLab, type LabScene, type Setup } from './store-lab.js';

export const uncached: readonly Setup[] = setups.filter(({ cached }) => !cached);

function specified(builder: StoreBuilder): StoreSpec {
  const spec = specOf(builder);
  if (spec === undefined) throw new TopologyError('OUZEL_TOPOLOGY', { what: 'the builder must be made by Stores' });
  return spec;
}

function titled({ rows, cached }: Setup, name: string): string {
  return `${rows === 'memory' ? 'in memory' : 'on disk'}${cached ? ', cached' : ''}: ${name}`;
}

/** Returns the tests once for each setup that the kind of the store allows. Each test has a store of its own. */
export function inEachSetup<S>(
  builder: () => StoreBuilder<S>,
  tests: readonly SceneTest<LabScene<S>>[],
  among: readonly Setup[] = setups,
): readonly ConformanceTest[] {
  const { kind, persistent } = specified(builder());
  return among
    .filter(({ rows, cached }) => (kind.cacheable || !cached) && (persistent || rows === 'memory'))
    .flatMap((setup) => {
      const scene: LabScene<S> = { setup, during: (work) => StoreLab.during<S>(specified(builder()), setup, work) };
      return tests.map(({ name, body }) => ({ name: titled(setup, name), run: async () => body(scene) }));
    });
}
