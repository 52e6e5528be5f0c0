type Entry = readonly [name: string, value: Buffer | null];

/** Headers of a record: ordered, may repeat a name, never changed in place. */
export class Headers implements Iterable<Entry> {
  static readonly empty = new Headers([]);

  private constructor(private readonly entries: readonly Entry[]) {}

  /** Strings become UTF-8. */
  static of(entries: Iterable<readonly [string, Buffer | string | null]>): Headers {
    const list: Entry[] = [];
    for (const [name, value] of entries) list.push([name, typeof value === 'string' ? Buffer.from(value) : value]);
    return list.length === 0 ? Headers.empty : new Headers(list);
  }

  get size(): number {
    return this.entries.length;
  }

  /** The last value under this name; undefined when there is none. */
  get(name: string): Buffer | null | undefined {
    for (let i = this.entries.length - 1; i >= 0; i--) {
      const entry = this.entries[i]!;
      if (entry[0] === name) return entry[1];
    }
    return undefined;
  }

  getAll(name: string): (Buffer | null)[] {
    return this.entries.filter((entry) => entry[0] === name).map((entry) => entry[1]);
  }

  /** One more at the end; those of this name stay. */
  with(name: string, value: Buffer | string | null): Headers {
    return new Headers([...this.entries, [name, typeof value === 'string' ? Buffer.from(value) : value]]);
  }

  without(name: string): Headers {
    const left = this.entries.filter((entry) => entry[0] !== name);
    return left.length === 0 ? Headers.empty : new Headers(left);
  }

  [Symbol.iterator](): Iterator<Entry> {
    return this.entries[Symbol.iterator]();
  }
}
