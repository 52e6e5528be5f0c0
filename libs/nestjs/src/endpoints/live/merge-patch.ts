/** Data of a snapshot: objects all the way down to texts, numbers, booleans and lists. Nothing in it is null. */
export type Tree = { readonly [key: string]: unknown };

/**
 * Returns what turns `former` into `next`, as a JSON merge patch (RFC 7396): null takes a member away. Undefined where
 * they are equal.
 */
export function mergePatch(former: Tree, next: Tree): Tree | undefined {
  const patch: Record<string, unknown> = {};
  for (const key of Object.keys(former)) if (!(key in next)) patch[key] = null;
  for (const [key, value] of Object.entries(next)) {
    const before = former[key];
    if (isTree(value) && isTree(before)) {
      const inner = mergePatch(before, value);
      if (inner !== undefined) patch[key] = inner;
    } else if (!isSame(before, value)) patch[key] = value;
  }
  return Object.keys(patch).length === 0 ? undefined : patch;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isSame(a: unknown, b: unknown): boolean {
  return a === b || (Array.isArray(a) && JSON.stringify(a) === JSON.stringify(b));
}
