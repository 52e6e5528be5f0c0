/** One header of a record. */
export type Header = readonly [name: string, value: Buffer | null];

/** Headers of a record. They are ordered, a name may occur more than once, and nothing is changed in place. */
export class Headers implements Iterable<Header> {
  static readonly empty = new Headers([]);

  private constructor(private readonly entries: readonly Header[]) {}

  /** Returns headers with these entries, in this order. Strings become UTF-8. */
  static of(entries: Iterable<readonly [string, Buffer | string | null]>): Headers {
    const list: Header[] = [];
    for (const [name, value] of entries) list.push([name, typeof value === 'string' ? Buffer.from(value) : value]);
    return list.length === 0 ? Headers.empty : new Headers(list);
  }

  get size(): number {
    return this.entries.length;
  }

  /** Returns the last value with this name; undefined when there is none. */
  get(name: string): Buffer | null | undefined {
    for (let i = this.entries.length - 1; i >= 0; i--) {
      const entry = this.entries[i]!;
      if (entry[0] === name) return entry[1];
    }
    return undefined;
  }

  /** Returns all values with this name, in order. */
  getAll(name: string): (Buffer | null)[] {
    return this.entries.filter((entry) => entry[0] === name).map((entry) => entry[1]);
  }

  /** Returns these headers with one more at the end. Others of the same name stay. */
  with(name: string, value: Buffer | string | null): Headers {
    return new Headers([...this.entries, [name, typeof value === 'string' ? Buffer.from(value) : value]]);
  }

  /** Returns these headers without those of this name. */
  without(name: string): Headers {
    const left = this.entries.filter((entry) => entry[0] !== name);
    return left.length === 0 ? Headers.empty : new Headers(left);
  }

  [Symbol.iterator](): Iterator<Header> {
    return this.entries[Symbol.iterator]();
  }
}
