/** Names a task by what survives a renumbering of sub-topologies. */
export interface TaskKey {
  readonly fingerprint: string;
  readonly partition: number;
}

/** Returns the key as text, for maps. */
export function taskKey({ fingerprint, partition }: TaskKey): string {
  return `${fingerprint}:${partition}`;
}
