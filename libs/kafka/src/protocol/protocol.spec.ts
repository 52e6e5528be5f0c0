import type { GroupIdentity } from '../client/index.js';
import { apiVersions } from './api-versions.js';
import { commonVersion, decodeResponse, encodeRequest, type Api } from './api.js';
import { offsetCommit, offsetFetch } from './committed-offsets.js';
import { decodeAssignment, decodeSubscription, encodeAssignment, encodeSubscription } from './consumer-protocol.js';
import { findCoordinator } from './coordinator.js';
import { fetch } from './fetch.js';
import { deleteRecords, listOffsets } from './log-offsets.js';
import { heartbeat, joinGroup, leaveGroup, syncGroup } from './membership.js';
import { metadata } from './metadata.js';
import { produce, produceAndAddPartitions } from './produce.js';
import { createPartitions, createTopics, deleteTopics, describeConfigs } from './topics.js';
import {
  addOffsetsToTxn,
  addPartitionsToTxn,
  endTxn,
  endTxnAndBumpEpoch,
  initProducerId,
  txnOffsetCommit,
  txnOffsetCommitAndAdd,
} from './transactions.js';

// Every expected byte here was written by the message classes of kafka-clients 4.3.1.

const identity: GroupIdentity = { group: 'g', generation: 3, memberId: 'm', instanceId: undefined };
const transaction = { transactionalId: 't', producerId: 5, epoch: 3 };
const commits = [{ topic: 'a', partition: 1, offset: 9, metadata: 'x' }];
const batches = [{ topic: 'a', partition: 1, bytes: Buffer.from('batch') }];
const batchBytes = '6261746368';
const join = {
  group: 'g',
  sessionTimeoutMs: 1,
  rebalanceTimeoutMs: 2,
  memberId: 'm',
  instanceId: null,
  protocolType: 'consumer',
  protocol: 'ouzel',
  metadata: Buffer.from('data'),
};

const titleOf = ([api, version]: readonly [Api<never, unknown>, number, ...unknown[]]) => `${api.name} ${version}`;

describe('a request is written as Kafka writes it', () => {
  const written = (api: Api<never, unknown>, request: unknown, version: number) => {
    const body = Buffer.concat(encodeRequest(api as Api<unknown, unknown>, request, version)).toString('hex');
    if (version < api.flexibleFrom) return body;
    expect(body.slice(0, 2)).toBe('00');
    return body.slice(2);
  };

  const requests: [api: Api<never, unknown>, version: number, request: unknown, bytes: string][] = [
    [metadata, 8, { topics: ['payment', 'ü'] }, '0000000200077061796d656e740002c3bc000000'],
    [metadata, 8, { topics: undefined }, 'ffffffff000000'],
    [metadata, 10, { topics: ['payment', 'ü'] }, `03${'00'.repeat(16)}087061796d656e7400${'00'.repeat(16)}03c3bc0000000000`],
    [metadata, 10, { topics: undefined }, '0000000000'],
    [
      fetch,
      11,
      {
        maxWaitMs: 500,
        minBytes: 1,
        maxBytes: 1 << 20,
        isolation: 'read_committed',
        positions: [
          { topic: 'a', partition: 0, leaderEpoch: 4, offset: 5_000_000_000, maxBytes: 100 },
          { topic: 'a', partition: 2, leaderEpoch: -1, offset: 0, maxBytes: 100 },
        ],
      },
      'ffffffff000001f400000001001000000100000000ffffffff00000001000161000000020000000000000004000000012a05f200ffffffffffffffff0000006400000002ffffffff0000000000000000ffffffffffffffff00000064000000000000',
    ],
    [
      listOffsets,
      5,
      { isolation: 'read_committed', timestamp: -2, partitions: [{ topic: 'a', partition: 3 }] },
      'ffffffff01000000010001610000000100000003fffffffffffffffffffffffe',
    ],
    [
      deleteRecords,
      1,
      { before: [{ topic: 'a', partition: 3, offset: 9 }], timeoutMs: 1000 },
      '0000000100016100000001000000030000000000000009000003e8',
    ],
    [
      createTopics,
      4,
      { topics: [{ topic: 'a', partitions: -1, replicationFactor: -1, config: { 'cleanup.policy': 'compact' } }], timeoutMs: 1000 },
      '00000001000161ffffffffffff0000000000000001000e636c65616e75702e706f6c6963790007636f6d70616374000003e800',
    ],
    [deleteTopics, 3, { topics: ['a'], timeoutMs: 1000 }, '00000001000161000003e8'],
    [createPartitions, 1, { topic: 'a', total: 4, timeoutMs: 1000 }, '0000000100016100000004ffffffff000003e800'],
    [describeConfigs, 2, { topics: ['a'] }, '0000000102000161ffffffff00'],
    [findCoordinator, 2, { kind: 'transaction', key: 'g' }, '00016701'],
    [
      joinGroup,
      5,
      { ...join, reason: 'why' },
      '000167000000010000000200016dffff0008636f6e73756d65720000000100056f757a656c0000000464617461',
    ],
    [joinGroup, 9, { ...join, reason: 'why' }, '02670000000100000002026d0009636f6e73756d657202066f757a656c0564617461000477687900'],
    [
      syncGroup,
      3,
      { identity: { ...identity, instanceId: 'i' }, assignments: [['m', Buffer.from('as')]] },
      '0001670000000300016d0001690000000100016d000000026173',
    ],
    [heartbeat, 3, { identity }, '0001670000000300016dffff'],
    [leaveGroup, 3, { group: 'g', memberId: 'm', instanceId: 'i', reason: 'why' }, '0001670000000100016d000169'],
    [leaveGroup, 5, { group: 'g', memberId: 'm', instanceId: 'i', reason: 'why' }, '026702026d0269047768790000'],
    [
      offsetCommit,
      7,
      { identity, offsets: commits },
      '0001670000000300016dffff0000000100016100000001000000010000000000000009ffffffff000178',
    ],
    [offsetFetch, 7, { group: 'g', partitions: [{ topic: 'a', partition: 1 }] }, '02670202610200000001000100'],
    [
      initProducerId,
      4,
      { transactionalId: 't', transactionTimeoutMs: 10_000, producerId: 5, epoch: 2 },
      '0274000027100000000000000005000200',
    ],
    [
      addPartitionsToTxn,
      2,
      {
        ...transaction,
        partitions: [
          { topic: 'a', partition: 1 },
          { topic: 'a', partition: 2 },
        ],
      },
      '0001740000000000000005000300000001000161000000020000000100000002',
    ],
    [addOffsetsToTxn, 2, { ...transaction, group: 'g' }, '00017400000000000000050003000167'],
    [
      txnOffsetCommit,
      3,
      { ...transaction, identity, offsets: commits },
      '027402670000000000000005000300000003026d0002026102000000010000000000000009ffffffff0278000000',
    ],
    [
      txnOffsetCommitAndAdd,
      5,
      { ...transaction, identity, offsets: commits },
      '027402670000000000000005000300000003026d0002026102000000010000000000000009ffffffff0278000000',
    ],
    [endTxn, 2, { ...transaction, outcome: 'commit' }, '0001740000000000000005000301'],
    [endTxnAndBumpEpoch, 5, { ...transaction, outcome: 'commit' }, '0274000000000000000500030100'],
    [apiVersions, 3, { software: 'ouzel', softwareVersion: '1' }, '066f757a656c023100'],
    [
      produce,
      8,
      { transactionalId: null, timeoutMs: 1000, batches },
      'ffffffff000003e800000001000161000000010000000100000005' + batchBytes,
    ],
    [
      produceAndAddPartitions,
      12,
      { transactionalId: 't', timeoutMs: 1000, batches },
      '0274ffff000003e8020261020000000106' + batchBytes + '000000',
    ],
  ];
  it.each(requests.map((row) => [titleOf(row), ...row] as const))('%s', (_title, api, version, request, bytes) => {
    expect(written(api, request, version)).toBe(bytes);
  });

  it('and does not copy the batches of Produce', () => {
    expect(encodeRequest(produce, { transactionalId: null, timeoutMs: 1000, batches }, 8)).toContain(batches[0]!.bytes);
  });

  it('with the longest time and the largest size that its fields can hold', () => {
    const positions = [{ topic: 'a', partition: 0, leaderEpoch: 4, offset: 0, maxBytes: 2 ** 40 }];
    const request = { maxWaitMs: Infinity, minBytes: 1, maxBytes: Infinity, isolation: 'read_committed', positions } as const;
    expect(Buffer.concat(encodeRequest(fetch, request, 11)).readInt32BE(4)).toBe(2 ** 31 - 1);
    const patient = { ...join, sessionTimeoutMs: 3e9, rebalanceTimeoutMs: Infinity, reason: null };
    expect(Buffer.concat(encodeRequest(joinGroup, patient, 5)).readInt32BE(3)).toBe(2 ** 31 - 1);
  });
});

describe('a response is read as Kafka writes it', () => {
  const responses: [api: Api<never, unknown>, version: number, bytes: string, response: unknown][] = [
    [
      metadata,
      8,
      '0000000100000002000000010002683100002384000172000000020002683200002385ffff0001630000000200000002000000077061796d656e7400000000020000000000010000000200000007000000020000000100000002000000010000000200000000000500000000ffffffff0000000300000001000000010000000000000001000000018000000000030004676f6e6500000000008000000080000000',
      {
        brokers: [
          { nodeId: 1, host: 'h1', port: 9092 },
          { nodeId: 2, host: 'h2', port: 9093 },
        ],
        controller: 2,
        topics: [
          {
            errorCode: 0,
            topic: 'payment',
            id: undefined,
            internal: false,
            partitions: [
              { errorCode: 5, partition: 0, leader: -1, leaderEpoch: 3 },
              { errorCode: 0, partition: 1, leader: 2, leaderEpoch: 7 },
            ],
          },
          { errorCode: 3, topic: 'gone', id: undefined, internal: false, partitions: [] },
        ],
      },
    ],
    [
      metadata,
      10,
      `0000000002000000010368310000238400000263000000010300000261${'ab'.repeat(16)}000200000000000000000001000000070200000001020000000101008000000000000305676f6e65${'00'.repeat(16)}000180000000008000000000`,
      {
        brokers: [{ nodeId: 1, host: 'h1', port: 9092 }],
        controller: 1,
        topics: [
          {
            errorCode: 0,
            topic: 'a',
            id: 'ab'.repeat(16),
            internal: false,
            partitions: [{ errorCode: 0, partition: 0, leader: 1, leaderEpoch: 7 }],
          },
          { errorCode: 3, topic: 'gone', id: undefined, internal: false, partitions: [] },
        ],
      },
    ],
    [
      fetch,
      11,
      '000000000000000000000000000100016100000002000000000000000000000000000a0000000000000009000000000000000100000001000000000000004d0000000000000003ffffffff0000000762617463686573000000020001ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff',
      {
        errorCode: 0,
        partitions: [
          {
            topic: 'a',
            partition: 0,
            errorCode: 0,
            highWatermark: 10,
            lastStableOffset: 9,
            aborted: [{ producerId: 77, firstOffset: 3 }],
            batches: Buffer.from('batches'),
          },
          { topic: 'a', partition: 2, errorCode: 1, highWatermark: -1, lastStableOffset: -1, aborted: [], batches: Buffer.alloc(0) },
        ],
      },
    ],
    [
      produce,
      8,
      '0000000100016100000002000000010000000000000000002affffffffffffffff000000000000000000000000ffff000000030057ffffffffffffffffffffffffffffffffffffffffffffffff0000000100000002000362616400026e6f00000000',
      [
        { topic: 'a', partition: 1, errorCode: 0, baseOffset: 42, recordErrors: [], message: null },
        { topic: 'a', partition: 3, errorCode: 87, baseOffset: -1, recordErrors: [{ index: 2, message: 'bad' }], message: 'no' },
      ],
    ],
    [
      listOffsets,
      5,
      '0000000000000001000161000000010000000300000000000000000005000000000000000c00000001',
      [{ topic: 'a', partition: 3, errorCode: 0, offset: 12 }],
    ],
    [
      deleteRecords,
      1,
      '0000000000000001000161000000010000000300000000000000090000',
      [{ topic: 'a', partition: 3, errorCode: 0, offset: 9 }],
    ],
    [createTopics, 4, '0000000000000001000161002400057468657265', [{ topic: 'a', errorCode: 36, message: 'there' }]],
    [createPartitions, 1, '0000000000000001000161002500057765616b73', [{ topic: 'a', errorCode: 37, message: 'weaks' }]],
    [deleteTopics, 3, '00000000000000010001610003', [{ topic: 'a', errorCode: 3, message: null }]],
    [
      describeConfigs,
      2,
      '00000000000000010000ffff020001610000000200016e000176000500000000010001730001770500016dffff00050000000000',
      [{ topic: 'a', errorCode: 0, message: null, config: { n: 'v' } }],
    ],
    [findCoordinator, 2, '00000000000000000000000400016800000009', { errorCode: 0, message: '', nodeId: 4, host: 'h', port: 9 }],
    [
      joinGroup,
      5,
      '0000000000000000000300056f757a656c00016d00016d0000000100016d0001690000000464617461',
      {
        errorCode: 0,
        generation: 3,
        leader: 'm',
        memberId: 'm',
        skipAssignment: false,
        members: [{ memberId: 'm', instanceId: 'i', metadata: Buffer.from('data') }],
      },
    ],
    [
      joinGroup,
      9,
      '0000000000000000000309636f6e73756d6572066f757a656c026d01026d02026d026905646174610000',
      {
        errorCode: 0,
        generation: 3,
        leader: 'm',
        memberId: 'm',
        skipAssignment: true,
        members: [{ memberId: 'm', instanceId: 'i', metadata: Buffer.from('data') }],
      },
    ],
    [syncGroup, 3, '000000000000000000026173', { errorCode: 0, assignment: Buffer.from('as') }],
    [heartbeat, 3, '00000000001b', { errorCode: 27 }],
    [leaveGroup, 5, '0000000000190100', { errorCode: 25 }],
    [offsetCommit, 7, '000000000000000100016100000001000000010016', [{ topic: 'a', partition: 1, errorCode: 22 }]],
    [
      offsetFetch,
      7,
      '0000000002026102000000010000000000000009ffffffff027800580000000000',
      { errorCode: 0, offsets: [{ topic: 'a', partition: 1, offset: 9, metadata: 'x', errorCode: 88 }] },
    ],
    [initProducerId, 4, '0000000000000000000000000005000300', { errorCode: 0, producerId: 5, epoch: 3 }],
    [addPartitionsToTxn, 2, '000000000000000100016100000001000000010033', [{ topic: 'a', partition: 1, errorCode: 51 }]],
    [addOffsetsToTxn, 2, '00000000005a', { errorCode: 90 }],
    [txnOffsetCommit, 3, '0000000002026102000000010016000000', [{ topic: 'a', partition: 1, errorCode: 22 }]],
    [endTxn, 2, '000000000030', { errorCode: 48, producerId: -1, epoch: -1 }],
    [endTxnAndBumpEpoch, 5, '0000000000000000000000000005000400', { errorCode: 0, producerId: 5, epoch: 4 }],
    [
      produceAndAddPartitions,
      12,
      '02026103000000010000000000000000002affffffffffffffff0000000000000000010000000000030006ffffffffffffffffffffffffffffffffffffffffffffffff02000000020462616400036e6f010009000000070000000800000000000001000d02000000070268000000090000',
      [
        { topic: 'a', partition: 1, errorCode: 0, baseOffset: 42, recordErrors: [], message: null },
        { topic: 'a', partition: 3, errorCode: 6, baseOffset: -1, recordErrors: [{ index: 2, message: 'bad' }], message: 'no' },
      ],
    ],
  ];
  it.each(responses.map((row) => [titleOf(row), ...row] as const))('%s', (_title, api, version, bytes, response) => {
    const header = version >= api.flexibleFrom ? '00' : '';
    expect(decodeResponse(api, Buffer.from(header + bytes, 'hex'), version)).toEqual(response);
  });

  it('with the finalized features of the cluster, behind a header that has no tagged fields', () => {
    const bytes =
      '00000200000000000d000000000103001a02147472616e73616374696f6e2e76657273696f6e000000020001080000000000000009022d03147472616e73616374696f6e2e76657273696f6e00020001000e67726f75702e76657273696f6e0001000100';
    expect([...decodeResponse(apiVersions, Buffer.from(bytes, 'hex'), 3)]).toEqual([
      ['transaction.version', 2],
      ['group.version', 1],
    ]);
  });

  it('and the tagged fields of a flexible header are skipped', () => {
    const taggedField = '01' + '07' + '02' + 'abcd';
    const response = decodeResponse(initProducerId, Buffer.from(taggedField + '0000000000000000000000000005000300', 'hex'), 4);
    expect(response).toEqual({ errorCode: 0, producerId: 5, epoch: 3 });
  });

  it('and one that ends too early is an error', () => {
    expect(() => decodeResponse(heartbeat, Buffer.from('00000000', 'hex'), 3)).toThrow(RangeError);
    expect(() => decodeResponse(syncGroup, Buffer.from('00000000000000000009', 'hex'), 3)).toThrow(RangeError);
  });
});

describe('the metadata of a member', () => {
  const subscription = '00000002000161000162000000046d696e6500000001000161000000020000000000000001';
  const assignment = '0000000100016100000002000000000000000100000005796f757273';
  const owned = [
    { topic: 'a', partition: 0 },
    { topic: 'a', partition: 1 },
  ];

  it('is a ConsumerProtocolSubscription', () => {
    const bytes = encodeSubscription({ topics: ['a', 'b'], owned, userData: Buffer.from('mine') });
    expect(bytes.toString('hex')).toBe('0001' + subscription);
    expect(decodeSubscription({ memberId: 'm', instanceId: null, metadata: bytes })).toEqual({
      memberId: 'm',
      instanceId: undefined,
      topics: ['a', 'b'],
      owned,
      userData: Buffer.from('mine'),
    });
  });

  it('of version 0 owns nothing', () => {
    const metadata = Buffer.from('0000' + '000000010001610000000' + '0', 'hex');
    expect(decodeSubscription({ memberId: 'm', instanceId: 'i', metadata })).toEqual({
      memberId: 'm',
      instanceId: 'i',
      topics: ['a'],
      owned: [],
      userData: Buffer.alloc(0),
    });
  });

  it('is answered with a ConsumerProtocolAssignment', () => {
    const bytes = encodeAssignment({ partitions: owned, userData: Buffer.from('yours') });
    expect(bytes.toString('hex')).toBe('0001' + assignment);
    expect(decodeAssignment(bytes)).toEqual({ partitions: owned, userData: Buffer.from('yours') });
  });

  it('and no assignment at all is an empty one', () => {
    expect(decodeAssignment(Buffer.alloc(0))).toEqual({ partitions: [], userData: Buffer.alloc(0) });
  });
});

describe('the version of a request', () => {
  it('is the highest that both sides speak', () => {
    expect(commonVersion(joinGroup, { 11: { minVersion: 0, maxVersion: 9 } })).toBe(9);
    expect(commonVersion(joinGroup, { 11: { minVersion: 0, maxVersion: 7 } })).toBe(5);
  });

  it('does not exist when the broker is too old, too new, or does not know the request', () => {
    expect(commonVersion(offsetFetch, { 9: { minVersion: 0, maxVersion: 6 } })).toBeUndefined();
    expect(commonVersion(offsetFetch, { 9: { minVersion: 8, maxVersion: 10 } })).toBeUndefined();
    expect(commonVersion(offsetFetch, {})).toBeUndefined();
  });
});
