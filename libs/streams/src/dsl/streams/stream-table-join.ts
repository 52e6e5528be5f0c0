import { durationMs, TopologyError } from '@ouzel/core';
import type { Joiner } from '../../operators/callbacks.js';
import { GracedStreamTableJoin } from '../../operators/graced-stream-table-join.js';
import { StreamGlobalTableJoin } from '../../operators/stream-global-table-join.js';
import { StreamTableJoin } from '../../operators/stream-table-join.js';
import { graceBuffer } from '../../state/operator-stores.js';
import type { StoreDeclaration } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandLookups } from '../../topology/graph/table-state.js';
import type { GlobalKTable } from '../global-ktable.js';
import type { KTable } from '../ktable.js';
import type { Joined, Named } from '../options/index.js';
import { callback, nameIn, withSerdes } from '../arguments/checked.js';
import { copartitioned } from './copartition.js';
import { globalHandle } from '../tables/global-table-face.js';
import { declareInternal } from '../stores/internal-stores.js';
import { repartitionForJoin } from './repartition.js';
import type { StreamHandle } from './stream-handle.js';
import { tableHandle } from '../tables/table-face.js';
import type { TableHandle } from '../tables/table-handle.js';

type Kind = 'inner' | 'left';

/** A stream with the table's value at the time of processing, or, with grace, at the time of the record (KStreamImpl.doStreamTableJoin). */
export function joinTable(
  kind: Kind,
  stream: StreamHandle,
  table: KTable<any, any>,
  joiner: Joiner<any, any, any, any>,
  options?: Joined<any, any, any>,
): StreamHandle {
  const operator = kind === 'inner' ? 'join' : 'leftJoin';
  callback(joiner, `the joiner of ${operator}`);
  const { key, left: leftSerde, grace } = withSerdes(options, operator);
  const right = tableHandle(table, stream, operator);
  const given = nameIn(options, operator);
  const left = stream.needsRepartition ? repartitionForJoin(stream, given, key, leftSerde) : stream;
  const { graph } = stream;
  const sources = copartitioned(left, right);
  demandLookups(right.table);
  const name = graph.names.orGenerated(given, kind === 'inner' ? 'KSTREAM-JOIN-' : 'KSTREAM-LEFTJOIN-');
  const graceMs = grace === undefined ? undefined : checkedGrace(durationMs(grace, `grace of ${operator}`), right, name);
  const buffer = graceMs === undefined ? undefined : bufferOf(`${name}-Buffer`, graceMs, left, { key, left: leftSerde });
  const create = () => {
    const join = { kind, table: right.view(), joiner };
    return buffer === undefined ? new StreamTableJoin(join) : new GracedStreamTableJoin({ ...join, buffer: buffer.name });
  };
  const node = graph.add(
    left.node,
    new ProcessorGraphNode(name, {
      create,
      stores: () => (buffer === undefined ? [] : [buffer]),
      uses: () => right.view().stores,
      traits: { takesNullKeys: kind === 'left' },
    }),
  );
  return { graph, node, key: key ?? left.key, value: undefined, sources, needsRepartition: false };
}

function bufferOf(name: string, graceMs: number, stream: StreamHandle, { key, left }: Joined<any, any, any>): StoreDeclaration {
  const serdes = { key: key ?? stream.key, value: left ?? stream.value };
  return declareInternal({ name, ...serdes, logging: true, make: (store) => graceBuffer({ ...store, graceMs }) });
}

function checkedGrace(graceMs: number, { table }: TableHandle, name: string): number {
  const where = `join "${name}"`;
  if (graceMs < 0) throw new TopologyError('OUZEL_TOPOLOGY', { what: `grace must not be negative, not ${graceMs} ms`, where });
  if (table.historyMs === undefined)
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: 'grace needs a versioned table',
      where,
      help: 'Materialize the table with Stores.persistentVersionedKeyValueStore.',
    });
  if (table.historyMs < graceMs) {
    throw new TopologyError('OUZEL_TOPOLOGY', {
      what: `grace of ${graceMs} ms is longer than the table's history of ${table.historyMs} ms`,
      where,
      help: 'Keep versions for at least the grace period.',
    });
  }
  return graceMs;
}

/** A stream with a global table: no repartitioning, and what needs the stream by key still must repartition it (KStreamImpl.globalTableJoin). */
export function joinGlobalTable(
  kind: Kind,
  stream: StreamHandle,
  table: GlobalKTable<any, any>,
  joiner: Joiner<any, any, any, any>,
  options: Named & { on: (value: any, key: any) => unknown },
): StreamHandle {
  const operator = kind === 'inner' ? 'join' : 'leftJoin';
  callback(joiner, `the joiner of ${operator}`);
  const on = callback(options?.on, `on of ${operator} with a global table`);
  const { store } = globalHandle(table, stream, operator);
  const { graph } = stream;
  const name = graph.names.orGenerated(nameIn(options, operator), 'KSTREAM-LEFTJOIN-');
  const create = () => new StreamGlobalTableJoin({ kind, store, on, joiner });
  const node = graph.add(stream.node, new ProcessorGraphNode(name, { create, traits: { takesNullKeys: kind === 'left' } }));
  return { ...stream, node, value: undefined };
}
