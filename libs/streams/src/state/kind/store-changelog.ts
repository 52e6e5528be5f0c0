import type { ByteString } from '../rows/byte-string.js';
import type { StoredValue } from '../rows/rows.js';
import type { StoreContext } from '../state-store.js';
import type { LoggedHeaders } from './logged-headers.js';
import type { ValueCodec } from './value-codec.js';

export interface StoreChangelogOptions {
  readonly store: string;
  readonly values: Pick<ValueCodec<unknown>, 'logged' | 'loggedTimestamp'>;
  readonly headers: LoggedHeaders;
  /** Returns the key of the changelog record of a row. */
  readonly changelogKey: (row: ByteString) => Buffer;
}

/** The parts of a store that logging needs. */
export interface LoggingParts {
  readonly context: StoreContext;
  /** False where the store has no changelog, or its changelog is a source topic: then nothing is logged. */
  readonly logged: boolean;
}

/** Sends writes of rows to the changelog of a store. */
export class StoreChangelog {
  private constructor(
    private readonly context: StoreContext,
    private readonly options: StoreChangelogOptions,
  ) {}

  /** Returns undefined where the store logs nothing. */
  static of({ context, logged }: LoggingParts, options: StoreChangelogOptions): StoreChangelog | undefined {
    return logged ? new StoreChangelog(context, options) : undefined;
  }

  /** Null is a deletion. */
  write(row: ByteString, value: StoredValue | null): void {
    const { store, values, headers, changelogKey } = this.options;
    const { context } = this;
    const { record } = context;
    context.log(
      store,
      changelogKey(row),
      value === null ? null : values.logged(value),
      values.loggedTimestamp(value, record),
      headers(value, record),
    );
  }
}
