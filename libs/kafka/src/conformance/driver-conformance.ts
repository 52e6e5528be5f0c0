import type { ConformanceTest } from '@ouzel/core/conformance';
import { compactionTests } from './compaction.js';
import { groupTimeoutTests } from './group-timeouts.js';
import { groupTests } from './groups.js';
import { openTransactionTests } from './open-transactions.js';
import { permitTests } from './permits.js';
import { recordTests } from './records.js';
import { refusalTests } from './refusals.js';
import { topicTests } from './topics.js';
import { transactionFailureTests } from './transaction-failures.js';
import { transactionTests } from './transactions.js';
import { World, type ClusterUnderTest } from './world.js';

const tests = [
  ...topicTests,
  ...recordTests,
  ...permitTests,
  ...refusalTests,
  ...compactionTests,
  ...groupTests,
  ...groupTimeoutTests,
  ...transactionTests,
  ...openTransactionTests,
  ...transactionFailureTests,
];

/**
 * Returns the tests that every driver must pass, for any test runner. The cluster is asked for when a test runs, so
 * that it may be started after this call.
 *
 * Where two drivers differ, a real Kafka is right. A test takes up to 40 s before it gives up waiting: allow each a
 * minute. Tests may run at the same time, and on a cluster that has other topics and groups. The compression tests need
 * the optional packages of @ouzel/kafka.
 *
 * @example
 * describe('my driver', () => {
 *   const tests = driverConformance(() => ({ connection: myDriver({ brokers }) }));
 *   for (const { name, run } of tests) it(name, run, 60_000);
 * });
 */
export function driverConformance(cluster: () => ClusterUnderTest): readonly ConformanceTest[] {
  return tests.map(({ name, body }) => ({ name, run: () => World.during(cluster(), body) }));
}
