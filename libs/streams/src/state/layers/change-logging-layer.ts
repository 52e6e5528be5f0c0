import type { StoreChangelog } from '../kind/store-changelog.js';
import type { ByteString } from '../rows/byte-string.js';
import type { StoredValue } from '../rows/rows.js';
import type { Layer } from './layer.js';

/** Sends every write to the changelog, after the store's own copy of it (ChangeLoggingKeyValueBytesStore). */
export class ChangeLoggingLayer implements Layer {
  private constructor(
    private readonly below: Layer,
    private readonly changelog: StoreChangelog,
  ) {}

  /** Returns the layer below itself where the store has no changelog. */
  static over(below: Layer, changelog: StoreChangelog | undefined): Layer {
    return changelog === undefined ? below : new ChangeLoggingLayer(below, changelog);
  }

  get(key: ByteString): StoredValue | undefined {
    return this.below.get(key);
  }

  put(key: ByteString, value: StoredValue | null): void {
    this.below.put(key, value);
    this.changelog.write(key, value);
  }

  flush(): void | Promise<void> {
    return this.below.flush();
  }
}
