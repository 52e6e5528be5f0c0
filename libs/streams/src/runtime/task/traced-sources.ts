import type { AnyNode, NodeContext } from '../../processor/node.js';
import type { Tracing } from '../../processor/tracing.js';
import { contextAt } from '../../record/record.js';

/** Lets a tracer follow the records that these sources take. */
export function traceSources(sources: readonly AnyNode[], context: NodeContext, tracing: Tracing): void {
  for (const source of sources) {
    const receive = source.receive.bind(source);
    source.receive = (record) =>
      tracing.process(context.taskId, context.record, (headers) => {
        if (headers === record.headers) return receive(record);
        context.record = contextAt(context.record, record.timestamp, headers);
        return receive(record.with({ headers }));
      });
  }
}
