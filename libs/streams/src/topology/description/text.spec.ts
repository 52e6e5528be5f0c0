import { descriptionText } from './text.js';
import { mermaidText } from './mermaid.js';
import type { DescribedSubTopology } from './description.js';

const subTopologies: DescribedSubTopology[] = [
  {
    id: 0,
    isGlobal: false,
    nodes: [
      { kind: 'source', name: 'all', topics: 'pay.*', stores: [], parents: [], children: ['count'] },
      { kind: 'processor', name: 'count', topics: [], stores: ['counts', 'seen'], parents: ['all'], children: ['out', 'dynamic'] },
      { kind: 'sink', name: 'dynamic', topics: null, stores: [], parents: ['count'], children: [] },
      { kind: 'sink', name: 'out', topics: ['out'], stores: [], parents: ['count'], children: [] },
    ],
  },
  {
    id: 1,
    isGlobal: true,
    nodes: [
      { kind: 'source', name: 'gs', topics: ['g'], stores: [], parents: [], children: ['gp'] },
      { kind: 'processor', name: 'gp', topics: [], stores: ['g-store'], parents: ['gs'], children: [] },
    ],
  },
];

describe('a described topology', () => {
  it('reads as in Kafka Streams', () => {
    expect(descriptionText(subTopologies)).toBe(`Topologies:
   Sub-topology: 0
    Source: all (topics: pay.*)
      --> count
    Processor: count (stores: [counts, seen])
      --> out, dynamic
      <-- all
    Sink: dynamic (extractor class: *)
      <-- count
    Sink: out (topic: out)
      <-- count

  Sub-topology: 1 for global store (will not generate tasks)
    Source: gs (topics: [g])
      --> gp
    Processor: gp (stores: [g-store])
      --> none
      <-- gs
`);
  });

  it('can be drawn', () => {
    expect(mermaidText(subTopologies)).toBe(`flowchart TD
  topic6[/"/pay.*/"/]
  topic7[/"dynamic topic"/]
  topic8[/"out"/]
  topic12[/"g"/]
  subgraph sub0["Sub-topology 0"]
    node0["all"]
    node1["count"]
    node2["dynamic"]
    node3["out"]
    store4[("counts")]
    store5[("seen")]
  end
  subgraph sub1["Sub-topology 1 (global)"]
    node9["gs"]
    node10["gp"]
    store11[("g-store")]
  end
  topic6 --> node0
  node0 --> node1
  node1 --> node3
  node1 --> node2
  node1 -.- store4
  node1 -.- store5
  node2 --> topic7
  node3 --> topic8
  topic12 --> node9
  node9 --> node10
  node10 -.- store11
`);
  });
});
