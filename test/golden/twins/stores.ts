import type {
  Entry,
  KeyValueStore,
  SessionStore,
  StoreBuilder,
  StreamRecord,
  TimestampedKeyValueStore,
  ValueAndTimestamp,
  VersionedKeyValueStore,
  VersionedRecord,
  Windowed,
  WindowStore,
} from '@ouzel/streams';
import { Contextual } from './contextual.js';
import { dsl, parseLong, type Parts, type Twin, type Twins } from './parts.js';

/** The result of a command. */
type Reply = string | null;
/** The words of a command after the first. A "-" is null. */
type Words = readonly (string | null)[];
type Command<S> = (store: S, words: Words) => Reply | Promise<Reply>;
export type Commands<S> = Readonly<Record<string, Command<S>>>;

/** Runs each value as a command on the store "store", and forwards the result. */
class Interpreter<S> extends Contextual<Reply> {
  constructor(private readonly commands: Commands<S>) {
    super();
  }

  async process(record: StreamRecord<string, string>): Promise<void> {
    const [name, ...words] = record.value.split(' ').map((word) => (word === '-' ? null : word));
    const command = this.commands[name!];
    if (command === undefined) throw new TypeError(name!);
    await this.context.forward(record.with({ value: await command(this.context.getStateStore<S>('store'), words) }));
  }
}

/** Builds a topology of one store and the processor that runs commands on it. */
export function interpreted<S>(commands: Commands<S>, store: (parts: Parts) => StoreBuilder): Twin {
  return dsl((parts) => {
    const { builder, text, serdes } = parts;
    builder.addStateStore(store(parts));
    builder
      .stream('in', text)
      .process<string, Reply>(() => new Interpreter(commands), { stores: ['store'] })
      .to('out', { key: serdes.string, value: serdes.nullable(serdes.string) });
  });
}

const ok = 'ok';
const time = (word: string | null | undefined): number => parseLong(word!);

/** Returns `key=value` of all entries, separated by commas. */
async function list<K>(entries: AsyncIterable<Entry<K, string>>, keyText: (key: K) => string): Promise<string> {
  const texts: string[] = [];
  for await (const [key, value] of entries) texts.push(`${keyText(key)}=${value}`);
  return texts.join(', ');
}

const plainList = (entries: AsyncIterable<Entry<string, string>>): Promise<string> => list(entries, (key) => key);
const windowedList = (entries: AsyncIterable<Entry<Windowed<string>, string>>): Promise<string> =>
  list(entries, ({ key, window }) => `${key}@${window.start}-${window.end}`);

const reverse = { reverse: true };

export const keyValueCommands: Commands<KeyValueStore<string, string>> = {
  put(store, [key, value]) {
    store.put(key!, value!);
    return ok;
  },
  putAll(store, pairs) {
    store.putAll(
      pairs.map((pair): Entry<string, string | null> => {
        const [key, value] = pair!.split('=');
        return [key!, pair!.endsWith('=-') ? null : value!];
      }),
    );
    return ok;
  },
  putIfAbsent: (store, [key, value]) => store.putIfAbsent(key!, value!),
  delete: (store, [key]) => store.delete(key!),
  get: (store, [key]) => store.get(key!),
  all: (store) => plainList(store.all()),
  reverseAll: (store) => plainList(store.all(reverse)),
  range: (store, [from, to]) => plainList(store.range(from!, to!)),
  reverseRange: (store, [from, to]) => plainList(store.range(from!, to!, reverse)),
  prefix: (store, [prefix]) => plainList(store.prefixScan(prefix!)),
};

function stamped(value: ValueAndTimestamp<string> | null): Reply {
  return value === null ? null : `${value.value}@${value.timestamp}`;
}

const timestampedCommands: Commands<TimestampedKeyValueStore<string, string>> = {
  put(store, [key, value, timestamp]) {
    store.put(key!, value === null ? null : { value: value!, timestamp: time(timestamp) });
    return ok;
  },
  delete: (store, [key]) => stamped(store.delete(key!)),
  get: (store, [key]) => stamped(store.get(key!)),
  async all(store) {
    let text = '';
    for await (const [key, value] of store.all()) text += `${key}=${stamped(value)};`;
    return text;
  },
};

export const windowCommands: Commands<WindowStore<string, string>> = {
  put(store, [key, value, start]) {
    store.put(key!, value!, time(start));
    return ok;
  },
  fetch: (store, [key, start]) => store.fetch(key!, time(start)),
  fetchRange: (store, [key, from, to]) => windowStartList(store.fetchRange(key!, key!, time(from), time(to))),
  backwardFetchRange: (store, [key, from, to]) => windowStartList(store.fetchRange(key!, key!, time(from), time(to), reverse)),
  fetchKeys: (store, [key, keyTo, from, to]) => windowedList(store.fetchRange(key!, keyTo!, time(from), time(to))),
  backwardFetchKeys: (store, [key, keyTo, from, to]) => windowedList(store.fetchRange(key!, keyTo!, time(from), time(to), reverse)),
  all: (store) => windowedList(store.all()),
  backwardAll: (store) => windowedList(store.all(reverse)),
  fetchAll: (store, [from, to]) => windowedList(store.fetchAll(time(from), time(to))),
  backwardFetchAll: (store, [from, to]) => windowedList(store.fetchAll(time(from), time(to), reverse)),
};

/** Returns the entries of one key's windows, with the start of the window as their key. */
function windowStartList(entries: AsyncIterable<Entry<Windowed<string>, string>>): Promise<string> {
  return list(entries, ({ window }) => String(window.start));
}

function sessionOf([key, start, end]: Words): Windowed<string> {
  return { key: key!, window: { start: time(start), end: time(end) } };
}

export const sessionCommands: Commands<SessionStore<string, string>> = {
  put(store, words) {
    store.put(sessionOf(words), words[3]!);
    return ok;
  },
  remove(store, words) {
    store.remove(sessionOf(words));
    return ok;
  },
  fetch: (store, [key]) => windowedList(store.fetch(key!)),
  backwardFetch: (store, [key]) => windowedList(store.fetch(key!, undefined, reverse)),
  fetchKeys: (store, [key, keyTo]) => windowedList(store.fetch(key!, keyTo)),
  fetchSession: (store, [key, start, end]) => store.fetchSession(key!, time(start), time(end)),
  find: (store, [key, earliest, latest]) => windowedList(store.findSessions(key!, time(earliest), time(latest))),
  backwardFind: (store, [key, earliest, latest]) => windowedList(store.findSessions(key!, time(earliest), time(latest), reverse)),
  findKeys: (store, [key, keyTo, earliest, latest]) => windowedList(store.findSessionsRange(key!, keyTo!, time(earliest), time(latest))),
  backwardFindKeys: (store, [key, keyTo, earliest, latest]) =>
    windowedList(store.findSessionsRange(key!, keyTo!, time(earliest), time(latest), reverse)),
};

function version(record: VersionedRecord<string> | null): Reply {
  if (record === null) return null;
  return `${record.value}@${record.timestamp}${record.validTo === null ? '' : `-${record.validTo}`}`;
}

export const versionedCommands: Commands<VersionedKeyValueStore<string, string>> = {
  put: (store, [key, value, timestamp]) => String(store.put(key!, value!, time(timestamp)) ?? '-9223372036854775808'),
  delete: (store, [key, timestamp]) => version(store.delete(key!, time(timestamp))),
  get: (store, [key, asOf]) => version(asOf === undefined ? store.get(key!) : store.get(key!, time(asOf))),
};

/** StoreCommands.java: stores without operators. */
export const stores: Twins = {
  'store-key-value': interpreted(keyValueCommands, ({ text, ouzel: { Stores } }) =>
    Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('store'), text.key, text.value),
  ),
  'store-key-value-in-memory': interpreted(keyValueCommands, ({ text, ouzel: { Stores } }) =>
    Stores.keyValueStoreBuilder(Stores.inMemoryKeyValueStore('store'), text.key, text.value),
  ),
  'store-key-value-cached': interpreted(keyValueCommands, ({ text, ouzel: { Stores } }) =>
    Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('store'), text.key, text.value).withCaching(true),
  ),
  'store-lru': interpreted(keyValueCommands, ({ text, ouzel: { Stores } }) =>
    Stores.keyValueStoreBuilder(Stores.lruMap('store', 3), text.key, text.value),
  ),
  'store-timestamped': interpreted(timestampedCommands, ({ text, ouzel: { Stores } }) =>
    Stores.timestampedKeyValueStoreBuilder(Stores.persistentKeyValueStore('store'), text.key, text.value),
  ),
  'store-window': interpreted(windowCommands, ({ text, ouzel: { Stores } }) =>
    Stores.windowStoreBuilder(Stores.persistentWindowStore('store', { retention: 90_000, size: 100 }), text.key, text.value),
  ),
  'store-window-in-memory': interpreted(windowCommands, ({ text, ouzel: { Stores } }) =>
    Stores.windowStoreBuilder(Stores.inMemoryWindowStore('store', { retention: 90_000, size: 100 }), text.key, text.value),
  ),
  'store-window-duplicates': interpreted(windowCommands, ({ text, ouzel: { Stores } }) =>
    Stores.windowStoreBuilder(
      Stores.persistentWindowStore('store', { retention: 90_000, size: 100, retainDuplicates: true }),
      text.key,
      text.value,
    ),
  ),
  'store-session': interpreted(sessionCommands, ({ text, ouzel: { Stores } }) =>
    Stores.sessionStoreBuilder(Stores.persistentSessionStore('store', { retention: 90_000 }), text.key, text.value),
  ),
  'store-session-in-memory': interpreted(sessionCommands, ({ text, ouzel: { Stores } }) =>
    Stores.sessionStoreBuilder(Stores.inMemorySessionStore('store', { retention: 90_000 }), text.key, text.value),
  ),
  'store-versioned': interpreted(versionedCommands, ({ text, ouzel: { Stores } }) =>
    Stores.versionedKeyValueStoreBuilder(Stores.persistentVersionedKeyValueStore('store', { history: 1000 }), text.key, text.value),
  ),
};
