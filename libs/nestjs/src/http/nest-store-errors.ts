import { StoreNotAvailableError, type ViewScan } from '@ouzel/streams';
import { StoreNotAvailableException } from './store-not-available-exception.js';

/** Returns what a view returns, a promise or a scan, and gives its StoreNotAvailableErrors the form of Nest. */
export function withNestStoreErrors(ask: () => unknown): unknown {
  try {
    const result = ask();
    if (result instanceof Promise) return result.catch(refuse);
    return isScan(result) ? scanned(result) : result;
  } catch (thrown) {
    return refuse(thrown);
  }
}

function scanned(scan: AsyncIterable<unknown> & Partial<ViewScan<unknown>>): AsyncIterable<unknown> {
  const items = itemsOf(scan);
  return { [Symbol.asyncIterator]: () => items, ...(scan.lag !== undefined && { lag: () => scan.lag!().catch(refuse) }) };
}

async function* itemsOf(scan: AsyncIterable<unknown>): AsyncGenerator<unknown> {
  try {
    yield* scan;
  } catch (thrown) {
    refuse(thrown);
  }
}

function refuse(thrown: unknown): never {
  throw thrown instanceof StoreNotAvailableError ? new StoreNotAvailableException(thrown) : thrown;
}

function isScan(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value;
}
