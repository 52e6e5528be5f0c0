import { ProcessorNode } from '../processor/node.js';
import type { StreamRecord } from '../record/record.js';

/** Where a record says of which type it is: in a header, as UTF-8, or in a field of its value. */
export type EventType<Field extends string = string> = { readonly header: string } | { readonly field: Field };

/**
 * Hands each record to the children of its type, children being in the order of `types`. A record whose type has no
 * child, or that has no type, is counted as `unrouted` (Spring Cloud Stream routes by a header in this way).
 */
export class Route<K, V> extends ProcessorNode<K, V, K, V> {
  private readonly routes = new Map<string, number[]>();

  constructor(
    private readonly by: EventType,
    types: readonly string[],
  ) {
    super();
    for (const [child, type] of types.entries()) this.routes.set(type, [...(this.routes.get(type) ?? []), child]);
  }

  override process(record: StreamRecord<K, V>): void | Promise<void> {
    const type = typeOf(record, this.by);
    const route = type === undefined ? undefined : this.routes.get(type);
    if (route === undefined) return this.drop('unrouted');
    return this.hand(record, route, 0);
  }

  private hand(record: StreamRecord<K, V>, route: readonly number[], from: number): void | Promise<void> {
    const place = this.context.record;
    for (let i = from; i < route.length; i++) {
      const pending = this.children[route[i]!]!.receive(record);
      if (pending === undefined) continue;
      if (i + 1 === route.length) return pending;
      return pending.then(() => {
        this.context.record = place;
        return this.hand(record, route, i + 1);
      });
    }
  }
}

function typeOf({ headers, value }: StreamRecord<unknown, unknown>, by: EventType): string | undefined {
  if ('header' in by) return headers.get(by.header)?.toString();
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, by.field)) return undefined;
  const type = (value as Readonly<Record<string, unknown>>)[by.field];
  return typeof type === 'string' ? type : undefined;
}
