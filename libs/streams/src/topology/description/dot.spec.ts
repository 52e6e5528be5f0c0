import { serdes } from '../../serdes/serdes.js';
import { StreamsBuilder } from '../../dsl/streams-builder.js';

const text = { key: serdes.string, value: serdes.string };

it('draws sub-topologies as clusters, topics as boxes and stores as cylinders', () => {
  const builder = new StreamsBuilder();
  builder
    .stream(/visit-\d+/, text)
    .groupByKey()
    .count({ name: 'count', materialized: { store: 'totals' } });
  expect(builder.build().toDot()).toBe(`digraph topology {
  rankdir=LR;
  "topic /visit-\\\\d+/" [label="/visit-\\\\d+/", shape=box, style=filled];
  subgraph cluster_0 {
    label="Sub-topology 0";
    "node KSTREAM-SOURCE-0000000000" [label="KSTREAM-SOURCE-0000000000", shape=ellipse];
    "node count" [label="count", shape=ellipse];
    "store totals" [label="totals", shape=cylinder];
  }
  "topic /visit-\\\\d+/" -> "node KSTREAM-SOURCE-0000000000";
  "node KSTREAM-SOURCE-0000000000" -> "node count";
  "node count" -> "store totals" [dir=none, style=dashed];
}
`);
});
