/** Sub-topology and partition: what people and Java see as `0_1`. */
export interface TaskId {
  readonly subtopology: number;
  readonly partition: number;
}

export function taskName(id: TaskId): string {
  return `${id.subtopology}_${id.partition}`;
}
