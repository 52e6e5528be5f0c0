import { Process } from '../../operators/process.js';
import { ProcessValues } from '../../operators/process-values.js';
import type { FixedKeyProcessorSupplier, ProcessorSupplier } from '../../processor/processor.js';
import type { StoreDeclaration } from '../../topology/declarations.js';
import { ProcessorGraphNode, type CreateNode } from '../../topology/graph/processor-node.js';
import type { ProcessOptions } from '../options/index.js';
import { nameIn } from '../arguments/checked.js';
import type { StreamHandle } from '../handles.js';
import { instances } from '../arguments/suppliers.js';
import { suppliedStores } from '../stores/declared-stores.js';

/**
 * `KStream.process`. As in Kafka Streams, the optimiser does not know that such a node may change keys and values
 * (KAFKA-19668).
 */
export function process<KIn, VIn, KOut, VOut>(
  stream: StreamHandle,
  supplier: ProcessorSupplier<KIn, VIn, KOut, VOut>,
  options?: ProcessOptions,
): StreamHandle {
  const instance = instances(supplier, 'process');
  const node = below(stream, 'process', 'KSTREAM-PROCESSOR-', options, suppliedStores(supplier), async () => new Process(await instance()));
  return { ...stream, node, key: undefined, value: undefined, needsRepartition: true };
}

/** `KStream.processValues`. */
export function processValues<K, VIn, VOut>(
  stream: StreamHandle,
  supplier: FixedKeyProcessorSupplier<K, VIn, VOut>,
  options?: ProcessOptions,
): StreamHandle {
  const instance = instances(supplier, 'processValues');
  const node = below(
    stream,
    'processValues',
    'KSTREAM-PROCESSVALUES-',
    options,
    suppliedStores(supplier),
    async () => new ProcessValues(await instance()),
  );
  return { ...stream, node, value: undefined };
}

/** Adds the node of a processor. Unlike with other operators, a name takes no number here. */
function below(
  { graph, node }: StreamHandle,
  operator: string,
  prefix: string,
  options: ProcessOptions | undefined,
  stores: readonly StoreDeclaration[],
  create: CreateNode,
): ProcessorGraphNode {
  const name = nameIn(options, operator) ?? graph.names.processor(prefix);
  return graph.add(node, new ProcessorGraphNode(name, { create, stores: () => stores, uses: () => options?.stores ?? [] }));
}
