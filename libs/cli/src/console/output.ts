/** Where a command writes: results, and what goes wrong. Each text ends with a line break. */
export interface Output {
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}
