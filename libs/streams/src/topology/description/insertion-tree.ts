interface Knot<T> {
  readonly value: T;
  left: Knot<T> | null;
  right: Knot<T> | null;
  parent: Knot<T> | null;
  isRed: boolean;
}

/**
 * A red-black tree that compares only while it inserts, as Java's TreeSet does. The order of what it holds may change
 * afterwards (a node's size grows with its successors), and then the place of a new value depends on the shape of the
 * tree: Kafka Streams' text of a topology shows it.
 */
export class InsertionTree<T> implements Iterable<T> {
  private root: Knot<T> | null = null;

  constructor(private readonly compare: (a: T, b: T) => number) {}

  add(value: T): void {
    let parent: Knot<T> | null = null;
    let before = false;
    for (let at = this.root; at !== null; at = before ? at.left : at.right) {
      const order = this.compare(value, at.value);
      if (order === 0) return;
      parent = at;
      before = order < 0;
    }
    const knot: Knot<T> = { value, left: null, right: null, parent, isRed: true };
    if (parent === null) this.root = knot;
    else if (before) parent.left = knot;
    else parent.right = knot;
    this.rebalance(knot);
  }

  *[Symbol.iterator](): Iterator<T> {
    yield* inOrder(this.root);
  }

  private rebalance(added: Knot<T>): void {
    let knot = added;
    while (knot.parent !== null && knot.parent.isRed) {
      const parent: Knot<T> = knot.parent;
      const grand: Knot<T> = parent.parent!;
      const isLeft = parent === grand.left;
      const uncle = isLeft ? grand.right : grand.left;
      if (uncle !== null && uncle.isRed) {
        parent.isRed = uncle.isRed = false;
        grand.isRed = true;
        knot = grand;
        continue;
      }
      if (knot === (isLeft ? parent.right : parent.left)) {
        knot = parent;
        this.rotate(knot, isLeft ? 'left' : 'right');
      }
      knot.parent!.isRed = false;
      grand.isRed = true;
      this.rotate(grand, isLeft ? 'right' : 'left');
    }
    this.root!.isRed = false;
  }

  private rotate(knot: Knot<T>, to: 'left' | 'right'): void {
    const from = to === 'left' ? 'right' : 'left';
    const risen = knot[from]!;
    knot[from] = risen[to];
    if (risen[to] !== null) risen[to].parent = knot;
    risen.parent = knot.parent;
    if (knot.parent === null) this.root = risen;
    else if (knot.parent.left === knot) knot.parent.left = risen;
    else knot.parent.right = risen;
    risen[to] = knot;
    knot.parent = risen;
  }
}

function* inOrder<T>(knot: Knot<T> | null): Generator<T> {
  if (knot === null) return;
  yield* inOrder(knot.left);
  yield knot.value;
  yield* inOrder(knot.right);
}
