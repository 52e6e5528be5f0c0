import { compactionConformance } from './compaction.conformance.js';
import { groupTimeoutsConformance } from './group-timeouts.conformance.js';
import { groupsConformance } from './groups.conformance.js';
import { openTransactionsConformance } from './open-transactions.conformance.js';
import { recordsConformance } from './records.conformance.js';
import { refusalsConformance } from './refusals.conformance.js';
import { topicsConformance } from './topics.conformance.js';
import { transactionsConformance } from './transactions.conformance.js';
import { World, type Connect } from './world.conformance.js';

/** What every driver does alike: run on the embedded Kafka and on a real one. Where they differ, the real one is right. */
export function driverConformance(name: string, connect: Connect): void {
  describe(`driver: ${name}`, () => {
    const world = new World(connect);
    topicsConformance(world);
    recordsConformance(world);
    refusalsConformance(world);
    compactionConformance(world);
    groupsConformance(world);
    groupTimeoutsConformance(world);
    transactionsConformance(world);
    openTransactionsConformance(world);
  });
}
