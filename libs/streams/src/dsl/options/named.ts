/** The name of the node that an operator becomes. Left out: a generated one. */
export interface Named {
  name?: string;
}
