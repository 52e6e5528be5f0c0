import type { ByteString } from '../rows/byte-string.js';
import type { StoredValue } from '../rows/rows.js';
import type { StoreContext } from '../state-store.js';
import type { ValueForm } from '../value-form.js';
import type { Layer } from './layer.js';

export interface ChangeLoggingOptions {
  readonly store: string;
  readonly form: ValueForm<any>;
  readonly context: StoreContext;
  /** The changelog's key of a row key. */
  readonly changelogKey: (key: ByteString) => Buffer;
}

/** Sends every write to the changelog, behind the store's own copy of it (ChangeLoggingKeyValueBytesStore). */
export class ChangeLoggingLayer implements Layer {
  constructor(
    private readonly below: Layer,
    private readonly options: ChangeLoggingOptions,
  ) {}

  get(key: ByteString): StoredValue | undefined {
    return this.below.get(key);
  }

  put(key: ByteString, value: StoredValue | null): void {
    this.below.put(key, value);
    const { store, form, context, changelogKey } = this.options;
    const { record } = context;
    context.log(
      store,
      changelogKey(key),
      value === null ? null : form.logged(value),
      form.loggedTimestamp(value, record),
      form.loggedHeaders(value, record),
    );
  }

  flush(): void | Promise<void> {
    return this.below.flush();
  }
}
