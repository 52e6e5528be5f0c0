import type { Histogram } from '../../metrics/histogram.js';
import type { Meters } from '../../metrics/meters.js';
import type { AnyNode } from '../../processor/node.js';
import type { TaskTime } from './task-time.js';

/** Observes how old records are when they reach a node (record-e2e-latency). */
class Arrivals {
  constructor(
    private readonly ages: Histogram,
    private readonly time: TaskTime,
  ) {}

  note(timestamp: number): void {
    this.ages.observe(Math.max(0, this.time.read() - timestamp) / 1_000);
  }
}

/** Connects the nodes of a task with the meters of its client. */
export function meterNodes(nodes: readonly AnyNode[], { latency, calls }: Meters, time: TaskTime): void {
  for (const node of nodes) {
    if (node.children.length === 0) node.arrivals = new Arrivals(latency.of(node.name), time);
    if (calls !== undefined) timeCalls(node, calls.nodeSeconds.of(node.name), time);
  }
}

function timeCalls(node: AnyNode, durations: Histogram, time: TaskTime): void {
  const receive = node.receive.bind(node);
  node.receive = (record) => {
    const started = time.stamp();
    try {
      return receive(record);
    } finally {
      durations.observe((time.stamp() - started) / 1_000);
    }
  };
}
