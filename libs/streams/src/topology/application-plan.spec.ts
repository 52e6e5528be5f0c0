import { plannedOf, type Topology } from '../dsl/topology.js';
import { StreamsBuilder } from '../dsl/streams-builder.js';
import { partitionOf, type FaultsError } from '@ouzel/core';
import { serdes } from '../serdes/serdes.js';
import { Stores } from '../state/stores.js';
import { tumbling } from '../windows/index.js';
import { planFor, type PlanSettings } from './application-plan.js';
import type { ApplicationPlan, SinkSpec } from './plan.js';

const text = { key: serdes.string, value: serdes.string };
const firstLetter = (value: string) => value[0]!;

function planOf(topology: Topology, settings: Partial<PlanSettings> = {}): ApplicationPlan {
  return planFor(plannedOf(topology), { applicationId: 'app', ...settings });
}

function built(build: (builder: StreamsBuilder) => void, config = {}): Topology {
  const builder = new StreamsBuilder(config);
  build(builder);
  return builder.build();
}

describe('the plan of an application', () => {
  it('gives internal topics the name of the application, and others none', () => {
    const plan = planOf(
      built((builder) => {
        builder
          .stream('in', text)
          .groupBy(firstLetter, text)
          .count({ materialized: { store: 'counts' } })
          .toStream()
          .to('out', { key: serdes.string, value: serdes.long });
      }),
    );
    expect(plan.subTopologies).toMatchObject([
      { id: 0, sourceTopics: ['in'], sinkTopics: ['app-counts-repartition'], repartitionTopics: [], changelogTopics: [] },
      {
        id: 1,
        sourceTopics: ['app-counts-repartition'],
        sinkTopics: ['out'],
        repartitionTopics: [{ topic: 'app-counts-repartition', kind: 'repartition', subtopology: 1, partitions: undefined }],
        changelogTopics: [{ topic: 'app-counts-changelog', kind: 'changelog', subtopology: 1 }],
        stores: [{ changelog: 'app-counts-changelog', sourceAsChangelog: false }],
      },
    ]);
    expect(plan.internalTopics.map(({ topic }) => topic)).toEqual(['app-counts-repartition', 'app-counts-changelog']);
  });

  it('has no changelog for a store without logging', () => {
    const plan = planOf(
      built(
        (builder) =>
          void builder
            .stream('in', text)
            .groupByKey()
            .count({ materialized: { store: 'counts', logging: false } }),
      ),
    );
    expect(plan.internalTopics).toEqual([]);
    expect(plan.subTopologies[0]!.stores).toMatchObject([{ changelog: undefined, sourceAsChangelog: false }]);
  });

  it('takes the source topic of a table for its changelog where it may', () => {
    const plan = planOf(built((builder) => void builder.table('in', { ...text, materialized: { store: 't' } }), { optimization: 'all' }));
    expect(plan.subTopologies[0]!.stores).toMatchObject([{ changelog: 'in', sourceAsChangelog: true, spec: { logging: false } }]);
    expect(plan.internalTopics).toMatchObject([{ topic: 'in', kind: 'source as changelog' }]);
  });

  it('reports every place without a serde at once', () => {
    const topology = built((builder) => {
      builder
        .stream('in', { key: serdes.string })
        .mapValues((value) => value)
        .groupByKey()
        .count({ materialized: { store: 'counts' } })
        .toStream()
        .to('out');
    });
    const faults = (): unknown => {
      try {
        return planOf(topology);
      } catch (thrown) {
        return (thrown as FaultsError).faults.map(({ where, what }) => `${where}: ${what}`);
      }
    };
    expect(faults()).toEqual(['source "KSTREAM-SOURCE-0000000000" of in: there is no serde for its values']);
  });

  it('names the stores that lack one too', () => {
    const topology = built(
      (builder) =>
        void builder
          .stream<string, string>('in')
          .groupByKey()
          .aggregate(
            () => 0,
            (sum) => sum + 1,
            { materialized: { store: 'sums' } },
          ),
    );
    expect(() => planOf(topology)).toThrow(/OUZEL_SERDE_MISSING: 4 faults[^]*state store "sums": there is no serde for its values/);
    expect(() => planOf(topology, { defaultKeySerde: serdes.string, defaultValueSerde: serdes.long })).not.toThrow();
  });

  it('fills in the defaults, those of the topology first', () => {
    const topology = built((builder) => builder.stream('in').to('out'), { 'default.key.serde': serdes.long });
    const { nodes } = planOf(topology, { defaultKeySerde: serdes.string, defaultValueSerde: serdes.string }).subTopologies[0]!;
    expect(nodes).toMatchObject([
      { kind: 'source', key: serdes.long, value: serdes.string },
      { kind: 'sink', key: serdes.long, value: serdes.string },
    ]);
  });

  it('knows the sources whose topics must have one partition count', () => {
    const topology = built((builder) => {
      const rekeyed = builder.stream('payment', text).selectKey(firstLetter);
      rekeyed.join(builder.table('account', text), (payment, account) => payment + account, { name: 'j', ...text });
    });
    expect(planOf(topology).subTopologies[1]!.copartitioned).toEqual([['j-repartition-source', 'KSTREAM-SOURCE-0000000003']]);
  });

  it('names every internal topic whose name would be too long for Kafka', () => {
    const topology = built((builder) => {
      const rekeyed = builder.stream('payment', text).selectKey(firstLetter);
      rekeyed.groupByKey({ name: 'g'.repeat(235), ...text }).count({ materialized: { store: 's'.repeat(240) } });
    });
    expect(() => planOf(topology)).toThrow(
      /OUZEL_NAMING: 2 faults[^]*source g+-repartition-source: the name of its repartition topic, "app-g+-repartition", has 251 characters[^]*state store "s+": the name of its changelog, "app-s+-changelog", has 254 characters, Kafka takes 249/,
    );
  });

  it('gives a sub-topology a fingerprint that survives a renumbering', () => {
    const counts = (builder: StreamsBuilder) =>
      void builder
        .stream('in', text)
        .groupByKey()
        .count({ materialized: { store: 'counts' } });
    const alone = planOf(built(counts)).subTopologies[0]!;
    const second = planOf(
      built((builder) => {
        builder.stream('other', text).to('out', text);
        counts(builder);
      }),
    ).subTopologies[1]!;
    expect(second.id).not.toBe(alone.id);
    expect(second.fingerprint).toBe(alone.fingerprint);
    expect(
      planOf(
        built(
          (builder) =>
            void builder
              .stream('in', text)
              .groupByKey()
              .count({ materialized: { store: 'others' } }),
        ),
      ).subTopologies[0]!.fingerprint,
    ).not.toBe(alone.fingerprint);
  });

  it('keeps global stores apart, with their source topics as changelogs', () => {
    const plan = planOf(
      built((builder) => {
        builder.globalTable('currency', { ...text, materialized: { store: 'currencies' } });
        builder.stream('in', text).to('out', text);
      }),
    );
    expect(plan.subTopologies.map(({ id }) => id)).toEqual([1]);
    expect(plan.global).toMatchObject({
      sourceTopics: ['currency'],
      stores: [{ changelog: 'currency', sourceAsChangelog: true, spec: { name: 'currencies', logging: false } }],
    });
    expect(plan.global!.reprocessed.size).toBe(0);
    expect(plan.internalTopics).toEqual([]);
  });

  it('sends a window to the partition of the key inside', () => {
    const topology = built((builder) => {
      builder.stream('in', text).groupByKey().windowedBy(tumbling(10)).count().toStream().to('out', { value: serdes.long });
    });
    const sink = planOf(topology).subTopologies[0]!.nodes.find((node): node is SinkSpec => node.kind === 'sink')!;
    const partition = sink.partitioner!(5, { key: 'user-42', window: { start: 0, end: 10 } }, 'out', 32);
    expect(partition).toBe(12);
    expect(partition).toBe(partitionOf(Buffer.from('user-42'), 32));
  });

  it('lets nothing be added to the topology any more', () => {
    const topology = built((builder) => builder.stream('in', text).to('out', text));
    planOf(topology);
    const store = Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('late'), serdes.string, serdes.string);
    expect(() => topology.addStateStore(store)).toThrow(/was given to a client and can not change any more/);
  });
});
