/** Groups items as requests do: a topic once, with its partitions below it, in the order of first appearance. */
export function byTopic<T extends { readonly topic: string }>(
  items: Iterable<T>,
): readonly (readonly [topic: string, items: readonly T[]])[] {
  const topics = new Map<string, T[]>();
  for (const item of items) {
    const list = topics.get(item.topic);
    if (list === undefined) topics.set(item.topic, [item]);
    else list.push(item);
  }
  return [...topics];
}
