import type { Headers } from '@ouzel/core';
import { AsyncMapValues, asyncLimits, type AsyncMapper, type AsyncOptions } from '../../operators/async-map-values.js';
import type { Predicate, ValueMapper } from '../../operators/callbacks.js';
import { Filter, not } from '../../operators/filter.js';
import { FlatMapValues } from '../../operators/flat-map-values.js';
import { FlatMap } from '../../operators/flat-map.js';
import { ForEach } from '../../operators/for-each.js';
import { MapValues } from '../../operators/map-values.js';
import { MapHeaders } from '../../operators/map-headers.js';
import { MapRecord } from '../../operators/map.js';
import { PassThrough } from '../../operators/pass-through.js';
import { Peek } from '../../operators/peek.js';
import { Print } from '../../operators/print.js';
import { SelectKey } from '../../operators/select-key.js';
import type { NodeTraits } from '../../topology/graph/graph-node.js';
import { ProcessorGraphNode, type CreateNode } from '../../topology/graph/processor-node.js';
import type { CallbackOptions, Named, PrintOptions } from '../options/index.js';
import { callback, nameIn } from '../arguments/checked.js';
import { atOnce, calling } from '../arguments/retried.js';
import type { StreamHandle } from '../handles.js';

/** Adds a processor below the stream. */
function below(
  { graph, node }: StreamHandle,
  operator: string,
  prefix: string,
  options: Named | undefined,
  create: CreateNode,
  traits?: Partial<NodeTraits>,
): ProcessorGraphNode {
  const name = graph.names.orGenerated(nameIn(options, operator), prefix);
  return graph.add(node, new ProcessorGraphNode(name, { create, ...(traits && { traits }) }));
}

export function filter<K, V>(stream: StreamHandle, predicate: Predicate<K, V>, options?: CallbackOptions): StreamHandle {
  callback(predicate, 'the predicate of filter');
  return {
    ...stream,
    node: below(
      stream,
      'filter',
      'KSTREAM-FILTER-',
      options,
      calling(predicate, options, 'filter', (call) => new Filter(call)),
    ),
  };
}

export function filterNot<K, V>(stream: StreamHandle, predicate: Predicate<K, V>, options?: CallbackOptions): StreamHandle {
  callback(predicate, 'the predicate of filterNot');
  return {
    ...stream,
    node: below(
      stream,
      'filterNot',
      'KSTREAM-FILTER-',
      options,
      calling(predicate, options, 'filterNot', (call) => new Filter(not(call))),
    ),
  };
}

export function map<K, V, K2, V2>(
  stream: StreamHandle,
  mapper: ValueMapper<K, V, readonly [K2 | null, V2]>,
  options?: CallbackOptions,
): StreamHandle {
  callback(mapper, 'the mapper of map');
  const node = below(
    stream,
    'map',
    'KSTREAM-MAP-',
    options,
    calling(mapper, options, 'map', (call) => new MapRecord(call)),
    { changesKey: true },
  );
  return { ...stream, node, key: undefined, value: undefined, needsRepartition: true };
}

export function mapValues<K, V, V2>(stream: StreamHandle, mapper: ValueMapper<K, V, V2>, options?: CallbackOptions): StreamHandle {
  callback(mapper, 'the mapper of mapValues');
  return {
    ...stream,
    node: below(
      stream,
      'mapValues',
      'KSTREAM-MAPVALUES-',
      options,
      calling(mapper, options, 'mapValues', (call) => new MapValues(call)),
      { changesValue: true },
    ),
    value: undefined,
  };
}

export function flatMap<K, V, K2, V2>(
  stream: StreamHandle,
  mapper: ValueMapper<K, V, Iterable<readonly [K2 | null, V2]>>,
  options?: CallbackOptions,
): StreamHandle {
  callback(mapper, 'the mapper of flatMap');
  const node = below(
    stream,
    'flatMap',
    'KSTREAM-FLATMAP-',
    options,
    calling(atOnce(mapper, options, 'flatMap'), options, 'flatMap', (call) => new FlatMap(call)),
    { changesKey: true },
  );
  return { ...stream, node, key: undefined, value: undefined, needsRepartition: true };
}

export function flatMapValues<K, V, V2>(
  stream: StreamHandle,
  mapper: ValueMapper<K, V, Iterable<V2>>,
  options?: CallbackOptions,
): StreamHandle {
  callback(mapper, 'the mapper of flatMapValues');
  const node = below(
    stream,
    'flatMapValues',
    'KSTREAM-FLATMAPVALUES-',
    options,
    calling(atOnce(mapper, options, 'flatMapValues'), options, 'flatMapValues', (call) => new FlatMapValues(call)),
    { changesValue: true },
  );
  return { ...stream, node, value: undefined };
}

export function selectKey<K, V, K2>(stream: StreamHandle, mapper: ValueMapper<K, V, K2 | null>, options?: CallbackOptions): StreamHandle {
  callback(mapper, 'the mapper of selectKey');
  return { ...stream, node: keySelect(stream, mapper, options, 'selectKey'), key: undefined, needsRepartition: true };
}

/** Adds the node of `selectKey`, `groupBy` and `toStream` with a key. */
export function keySelect<K, V, K2>(
  stream: StreamHandle,
  mapper: ValueMapper<K, V, K2 | null>,
  options: CallbackOptions | undefined,
  operator: string,
): ProcessorGraphNode {
  const create = calling(mapper, options, operator, (call) => new SelectKey(call));
  return below(stream, operator, 'KSTREAM-KEY-SELECT-', options, create, { changesKey: true });
}

export function peek<K, V>(stream: StreamHandle, action: ValueMapper<K, V, void>, options?: CallbackOptions): StreamHandle {
  callback(action, 'the action of peek');
  return {
    ...stream,
    node: below(
      stream,
      'peek',
      'KSTREAM-PEEK-',
      options,
      calling(action, options, 'peek', (call) => new Peek(call)),
    ),
  };
}

export function mapHeaders<K, V>(stream: StreamHandle, mapper: ValueMapper<K, V, Headers>, options?: CallbackOptions): StreamHandle {
  callback(mapper, 'the mapper of mapHeaders');
  const create = calling(mapper, options, 'mapHeaders', (call) => new MapHeaders(call));
  return { ...stream, node: below(stream, 'mapHeaders', 'KSTREAM-MAPHEADERS-', options, create) };
}

export function forEach<K, V>(stream: StreamHandle, action: ValueMapper<K, V, void>, options?: CallbackOptions): void {
  callback(action, 'the action of forEach');
  below(
    stream,
    'forEach',
    'KSTREAM-FOREACH-',
    options,
    calling(action, options, 'forEach', (call) => new ForEach(call)),
  );
}

export function print<K, V>(stream: StreamHandle, options: PrintOptions<K, V> = {}): void {
  const { label = stream.node.name, format = keyAndValue, write = toStandardOutput } = options;
  below(
    stream,
    'print',
    'KSTREAM-PRINTER-',
    options,
    () => new Print({ label, format: callback(format, 'format of print'), write: callback(write, 'write of print') }),
  );
}

function keyAndValue(value: unknown, key: unknown): string {
  return `${text(key)}, ${text(value)}`;
}

function text(part: unknown): string {
  return typeof part === 'object' && part !== null ? JSON.stringify(part) : String(part);
}

function toStandardOutput(line: string): void {
  process.stdout.write(`${line}\n`);
}

export function merge(stream: StreamHandle, other: StreamHandle, options?: Named): StreamHandle {
  const { graph } = stream;
  const name = graph.names.orGenerated(nameIn(options, 'merge'), 'KSTREAM-MERGE-');
  const node = graph.add(
    [stream.node, other.node],
    new ProcessorGraphNode(name, { create: () => new PassThrough(), traits: { isMerge: true } }),
  );
  return {
    graph,
    node,
    key: stream.key === other.key ? stream.key : undefined,
    value: stream.value === other.value ? stream.value : undefined,
    sources: new Set([...stream.sources, ...other.sources]),
    needsRepartition: stream.needsRepartition || other.needsRepartition,
  };
}

export function asyncMapValues<K, V, V2>(
  stream: StreamHandle,
  mapper: AsyncMapper<K, V, V2>,
  options: Named & AsyncOptions = {},
): StreamHandle {
  callback(mapper, 'the mapper of asyncMapValues');
  const { name, ...asynchronous } = options;
  const limits = asyncLimits(asynchronous);
  const node = below(
    stream,
    'asyncMapValues',
    'KSTREAM-ASYNCMAPVALUES-',
    name === undefined ? {} : { name },
    () => new AsyncMapValues(mapper, limits),
    { changesValue: true },
  );
  return { ...stream, node, value: undefined };
}
