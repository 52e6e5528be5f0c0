import { compactionConformance } from './conformance/compaction.conformance.js';
import { groupTimeoutsConformance } from './conformance/group-timeouts.conformance.js';
import { groupsConformance } from './conformance/groups.conformance.js';
import { openTransactionsConformance } from './conformance/open-transactions.conformance.js';
import { recordsConformance } from './conformance/records.conformance.js';
import { refusalsConformance } from './conformance/refusals.conformance.js';
import { topicsConformance } from './conformance/topics.conformance.js';
import { transactionsConformance } from './conformance/transactions.conformance.js';
import { World, type Connect } from './conformance/world.conformance.js';

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
