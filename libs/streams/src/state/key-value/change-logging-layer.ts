import { Headers } from '../../serdes/headers.js';
import type { StoreContext } from '../state-store.js';
import type { ValueForm } from '../value-form.js';
import type { KeyValueLayer, Slot } from './key-value-layer.js';

/** Sends every write to the changelog, behind the store's own copy of it (ChangeLoggingKeyValueBytesStore). */
export class ChangeLoggingLayer implements KeyValueLayer {
  constructor(
    private readonly store: string,
    private readonly below: KeyValueLayer,
    private readonly form: ValueForm<any>,
    private readonly context: StoreContext,
  ) {}

  get(key: Buffer, text: string): Slot | undefined {
    return this.below.get(key, text);
  }

  put(key: Buffer, text: string, payload: Buffer | null, decoded: unknown): void {
    this.below.put(key, text, payload, decoded);
    const { value, timestamp } = this.form.logged(payload, this.context.record);
    this.context.log(this.store, key, value, timestamp, Headers.empty);
  }

  flush(): void | Promise<void> {
    return this.below.flush();
  }
}
