import type { NodeContext } from '../processor/node.js';

const objects = new WeakMap<NodeContext, Map<string, unknown>>();

/** The same object for all nodes of one task that ask for this name. */
export function sharedInTask<T>(context: NodeContext, name: string, make: () => T): T {
  const ofTask = objects.get(context) ?? new Map<string, unknown>();
  objects.set(context, ofTask);
  if (!ofTask.has(name)) ofTask.set(name, make());
  return ofTask.get(name) as T;
}
