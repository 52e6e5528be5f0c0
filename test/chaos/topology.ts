import { serdes, Stores, StreamsBuilder, tumbling, untilWindowCloses } from '@ouzel/streams';
import type { KeyValueStore, ProcessorContext, StreamRecord, Topology } from '@ouzel/streams';
import { groupOf, windowMs } from './verifier/log.js';

const text = { key: serdes.string, value: serdes.string };

/** The program that is put under chaos. What its topics hold is told at `Logs` in `verifier/log.ts`. */
export function chaosTopology(topic: (name: string) => string): Topology {
  const builder = new StreamsBuilder();
  const input = builder.stream(topic('in'), text);
  input.to(topic('echo'), text);

  builder.addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('ids'), serdes.string, serdes.string));
  input.process<string, string>(numbering, { stores: ['ids'] }).to(topic('ids'), text);

  const byKey = input.groupByKey(text);
  byKey
    .count({ materialized: { store: 'counts' } })
    .toStream()
    .mapValues(String)
    .to(topic('counts'), text);
  byKey
    .windowedBy(tumbling(windowMs, { grace: 0 }))
    .count({ materialized: { store: 'windows' } })
    .suppress(untilWindowCloses(), { name: 'final' })
    .toStream((_, { key, window }) => `${key}@${window.start}`)
    .mapValues(String)
    .to(topic('final'), text);

  input
    .selectKey((number) => groupOf(number))
    .repartition({ name: 'between', ...text })
    .groupByKey(text)
    .aggregate(
      () => '0:',
      (count, number) => `${Number(count.split(':')[0]) + 1}:${number}`,
      { materialized: { store: 'groups', ...text } },
    )
    .toStream()
    .to(topic('groups'), text);

  const names = builder.table(topic('names'), text);
  input
    .join(names, (number, name) => `${number}|${name}`, { ...text, left: serdes.string, right: serdes.string })
    .to(topic('joined'), text);

  const customers = builder.table(topic('customers'), text);
  builder
    .table(topic('orders'), text)
    .join(customers, (order, customer) => `${order}|${customer}`, {
      foreignKey: (order) => order.split(':')[0]!,
      name: 'enriched',
      ...text,
    })
    .toStream()
    .to(topic('enriched'), text);
  return builder.build();
}

/** Gives each record of a task a number: 1, 2, 3 … */
function numbering() {
  let context: ProcessorContext<string, string>;
  let ids: KeyValueStore<string, string>;
  return {
    init(given: ProcessorContext<string, string>) {
      context = given;
      ids = given.getStateStore('ids');
    },
    process(record: StreamRecord<string, string>) {
      const id = String(Number(ids.get('last') ?? '0') + 1);
      ids.put('last', id);
      return context.forward(record.with({ value: `${record.value}:${id}` }));
    },
  };
}
