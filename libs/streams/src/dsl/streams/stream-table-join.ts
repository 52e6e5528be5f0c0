import { durationMs, TopologyError } from '@ouzel/core';
import type { Joiner } from '../../operators/callbacks.js';
import { GracedStreamTableJoin } from '../../operators/graced-stream-table-join.js';
import { StreamGlobalTableJoin } from '../../operators/stream-global-table-join.js';
import { StreamTableJoin } from '../../operators/stream-table-join.js';
import { graceBufferKind, type GraceBufferOptions } from '../../state/grace-buffer/grace-buffer-kind.js';
import type { StoreDeclaration } from '../../topology/declarations.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { demandLookups } from '../../topology/graph/table-state.js';
import { callback, checkedJoiner, nameIn, withSerdes } from '../arguments/checked.js';
import type { GlobalTableHandle, StreamHandle, TableHandle } from '../handles.js';
import type { GlobalJoined, Joined } from '../options/index.js';
import { declareStore } from '../stores/declared-stores.js';
import { copartitioned } from './copartition.js';
import { repartitionForJoin } from './repartition.js';

type Kind = 'inner' | 'left';

/**
 * A stream with the table's value at the time of processing, or, with grace, at the time of the record
 * (KStreamImpl.doStreamTableJoin).
 */
export function joinTable(
  kind: Kind,
  stream: StreamHandle,
  right: TableHandle,
  joiner: Joiner<never, never, never, unknown>,
  options?: Joined<unknown, unknown, unknown>,
): StreamHandle {
  const operator = kind === 'inner' ? 'join' : 'leftJoin';
  const checked = checkedJoiner(joiner, operator);
  const { key, left: leftSerde, grace } = withSerdes(options, operator);
  const chosenName = nameIn(options, operator);
  const left = stream.needsRepartition ? repartitionForJoin(stream, chosenName, key, leftSerde) : stream;
  const { graph } = stream;
  const sources = copartitioned(left, right);
  demandLookups(right.table);
  const name = graph.names.orGenerated(chosenName, kind === 'inner' ? 'KSTREAM-JOIN-' : 'KSTREAM-LEFTJOIN-');
  const graceMs = grace === undefined ? undefined : checkedGrace(durationMs(grace, `grace of ${operator}`), right, name);
  const buffer = graceMs === undefined ? undefined : bufferOf(`${name}-Buffer`, graceMs, left, { key, left: leftSerde });
  const create = () => {
    const join = { kind, table: right.view(), joiner: checked };
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

function bufferOf(
  name: string,
  graceMs: number,
  stream: StreamHandle,
  { key, left }: Pick<Joined<unknown, unknown, unknown>, 'key' | 'left'>,
): StoreDeclaration {
  const options: GraceBufferOptions = { graceMs };
  const serdes = { key: key ?? stream.key, value: left ?? stream.value };
  return declareStore({ name, kind: graceBufferKind, options, ...serdes, persistent: true, caching: false, logging: true });
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

/**
 * A stream with a global table: no repartitioning, and what needs the stream by key still must repartition it
 * (KStreamImpl.globalTableJoin).
 */
export function joinGlobalTable<K, V>(
  kind: Kind,
  stream: StreamHandle,
  { store }: GlobalTableHandle,
  joiner: Joiner<never, never, never, unknown>,
  options: GlobalJoined<K, V, unknown>,
): StreamHandle {
  const operator = kind === 'inner' ? 'join' : 'leftJoin';
  const checked = checkedJoiner(joiner, operator);
  const on = callback(options?.on, `on of ${operator} with a global table`);
  const { graph } = stream;
  const name = graph.names.orGenerated(nameIn(options, operator), 'KSTREAM-LEFTJOIN-');
  const create = () => new StreamGlobalTableJoin({ kind, store, on, joiner: checked });
  const node = graph.add(stream.node, new ProcessorGraphNode(name, { create, traits: { takesNullKeys: kind === 'left' } }));
  return { ...stream, node, value: undefined };
}
