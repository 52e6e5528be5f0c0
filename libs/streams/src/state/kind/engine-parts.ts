import { buffer } from '../../serdes/text-serdes.js';
import type { RecordCache } from '../cache/record-cache.js';
import { bytesOf } from '../rows/byte-string.js';
import type { Rows } from '../rows/rows.js';
import { headersOf } from './logged-headers.js';
import { RowsWithChangelog } from './logged-rows.js';
import { StoreChangelog, type LoggingParts } from './store-changelog.js';
import type { StoreParts, StoreSpec } from './store-kind.js';
import { PlainValues } from './value-codec.js';

/**
 * The parts that Ouzel's own stores are made from. Every store gets them. The kinds of users see them as StoreParts, so
 * that the others may change.
 */
export interface EngineParts extends StoreParts, LoggingParts {
  /** The rows of this store in the task's database, through the write buffer. */
  readonly rows: Rows;
  /** The record cache of the application; undefined where caching is off. */
  readonly cache: RecordCache | undefined;
}

/** Adds to the parts what users' kinds take. */
export function engineParts({ name, format }: StoreSpec, parts: Omit<EngineParts, 'loggedRows'>): EngineParts {
  const changelog = StoreChangelog.of(parts, {
    store: name,
    values: new PlainValues(buffer, parts.topic),
    headers: headersOf(format),
    changelogKey: bytesOf,
  });
  return { ...parts, loggedRows: new RowsWithChangelog(parts.rows, changelog) };
}
