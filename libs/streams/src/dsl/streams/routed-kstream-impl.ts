import { kindOf, TopologyError } from '@ouzel/core';
import { PassThrough } from '../../operators/pass-through.js';
import { Route, type EventType } from '../../operators/route.js';
import { ProcessorGraphNode } from '../../topology/graph/processor-node.js';
import { nameIn } from '../arguments/checked.js';
import type { StreamHandle } from '../handles.js';
import type { Named } from '../options/index.js';
import { RoutedKStream, type KStream } from '../streams-and-tables.js';

/** One router with one named child for each `on`. */
export class RoutedKStreamImpl<K, V, F extends string> extends RoutedKStream<K, V, F> {
  private constructor(
    private readonly stream: StreamHandle,
    private readonly router: ProcessorGraphNode,
    /** The type of each child, in their order. */
    private readonly types: string[],
  ) {
    super();
  }

  static of<K, V, F extends string>(stream: StreamHandle, by: EventType, options: Named | undefined): RoutedKStreamImpl<K, V, F> {
    checkEventType(by);
    const types: string[] = [];
    const name = stream.graph.names.orGenerated(nameIn(options, 'route'), 'KSTREAM-ROUTE-');
    const router = stream.graph.add(stream.node, new ProcessorGraphNode(name, { create: () => new Route(by, types) }));
    return new RoutedKStreamImpl(stream, router, types);
  }

  override on<V2>(type: string, options?: Named): KStream<K, V2> {
    if (typeof type !== 'string' || type === '')
      throw new TopologyError('OUZEL_TOPOLOGY', { what: `the type of a route must be a text that is not empty, not ${kindOf(type)}` });
    const { stream, router, types } = this;
    const name = stream.graph.names.orGenerated(nameIn(options, 'on'), 'KSTREAM-ON-');
    types.push(type);
    return stream.graph.stream<K, V2>({
      ...stream,
      node: stream.graph.add(router, new ProcessorGraphNode(name, { create: () => new PassThrough() })),
    });
  }
}

function checkEventType(by: EventType): void {
  const { header, field } = (by ?? {}) as { readonly header?: unknown; readonly field?: unknown };
  const isText = (name: unknown) => typeof name === 'string' && name !== '';
  if (isText(header) !== isText(field)) return;
  throw new TopologyError('OUZEL_TOPOLOGY', {
    what: 'a route needs to know where the type of a record is',
    help: "Name a header or a field of the value: route({ header: 'event-type' }), route({ field: 'type' }).",
  });
}
