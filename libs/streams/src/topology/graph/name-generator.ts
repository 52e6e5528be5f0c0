/**
 * Names of nodes and stores that the user did not name (InternalNameProvider): a prefix and a number of ten digits, out
 * of one counter per builder. Most operators take a number also when they are named, so that a name given later does
 * not renumber what comes behind.
 */
export class NameGenerator {
  /** All generated names: a node, store or topic named so, or after one of them, has no name of the user. */
  readonly generated = new Set<string>();
  private next = 0;

  processor(prefix: string): string {
    return this.take(prefix);
  }

  store(prefix: string): string {
    return this.take(`${prefix}STATE-STORE-`);
  }

  /** Returns the chosen name, or a generated one; the number is taken in both cases. */
  orGenerated(name: string | undefined, prefix: string): string {
    const generated = this.take(prefix);
    return name ?? generated;
  }

  /** Returns the chosen name with a suffix, or a generated one; the number is taken in both cases. */
  suffixedOrGenerated(name: string | undefined, suffix: string, prefix: string): string {
    const generated = this.take(prefix);
    return name === undefined ? generated : name + suffix;
  }

  /** Takes a number that no name gets, as Kafka Streams does in places. */
  skipNumber(): void {
    this.next++;
  }

  private take(prefix: string): string {
    const name = prefix + String(this.next++).padStart(10, '0');
    this.generated.add(name);
    return name;
  }
}
