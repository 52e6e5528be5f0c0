export interface Named {
  /** The name of the node that the operator becomes. Default: a generated name. */
  name?: string;
}
