import { systemClock, systemRandom } from '@ouzel/core';
import { resolveKafkaConfig } from '../../client/index.js';
import { failure } from '../../conformance/waiting.js';
import { endTxn } from '../../protocol/transactions.js';
import { ScriptedBroker } from '../scripted-broker.spec-support.js';
import { Cluster } from './cluster.js';
import { Coordinator } from './coordinator.js';

const request = { transactionalId: 'id', producerId: 7, epoch: 0, outcome: 'commit' } as const;

describe('a coordinator that holds a request back', () => {
  let broker: ScriptedBroker;
  let cluster: Cluster;
  let coordinator: Coordinator;

  beforeEach(async () => {
    broker = await ScriptedBroker.start();
    const ports = { clock: systemClock, random: systemRandom };
    cluster = new Cluster(resolveKafkaConfig({ brokers: [broker.address] }), 'test', ports, undefined);
    coordinator = new Coordinator(cluster, 'transaction', 'id');
  });
  afterEach(async () => {
    await cluster.close();
    broker.close();
  });

  /** Sends a request that is held back. Resolves when the broker has it, to its failure. */
  const heldBack = async () => {
    broker.received.length = 0;
    broker.script('EndTxn', 'silence');
    const failed = failure(coordinator.parked(endTxn, request, 60_000));
    while (broker.received.length === 0) await systemClock.turn();
    return { failed };
  };

  it('lets it be sent again when another request fails, and the connections are given up', async () => {
    const { failed } = await heldBack();
    broker.script('EndTxn', 'hang up');
    expect(await failure(coordinator.prompt(endTxn, request))).toMatchObject({ kind: 'retriable' });
    expect(await failed).toMatchObject({ kind: 'retriable' });
    expect(await coordinator.prompt(endTxn, request)).toMatchObject({ errorCode: 0 });
  });

  it('ends it when the member is closed, and when the driver is', async () => {
    const ofMember = await heldBack();
    coordinator.close();
    expect(await ofMember.failed).toMatchObject({ kind: 'closed' });
    coordinator = new Coordinator(cluster, 'transaction', 'id');
    const ofDriver = await heldBack();
    await cluster.close();
    expect(await ofDriver.failed).toMatchObject({ kind: 'closed' });
  });
});
