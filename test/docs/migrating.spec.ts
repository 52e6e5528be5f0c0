import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { namesOf, type Setting, type Settings } from '@ouzel/core/settings';
import { fromKafkaProperties, streamsSettings } from '@ouzel/streams';
import { root } from './pages.js';

const path = join(root, 'docs/MIGRATING.md');
const page = readFileSync(path, 'utf8');

/** Defaults of Kafka Streams 4.3, by property, as Ouzel writes such a value. An empty text: there is none. */
const javaDefaults: Readonly<Record<string, string>> = {
  'application.id': 'required',
  'application.server': '',
  'bootstrap.servers': 'required',
  'client.id': 'derived from the application id',
  'request.timeout.ms': '40s',
  'processing.guarantee': "'at_least_once'",
  'isolation.level': "'read_uncommitted'",
  'default.interactive.query.isolation.level': "'read_uncommitted'",
  'commit.interval.ms': '30s; 100ms with exactly once',
  'max.task.idle.ms': '0',
  'buffered.records.per.partition': '1000',
  'max.poll.interval.ms': '5m',
  'task.timeout.ms': '5m',
  'transaction.timeout.ms': '10s',
  'default.key.serde': '',
  'default.value.serde': '',
  'default.timestamp.extractor': 'the timestamp of the record in Kafka',
  'topology.optimization': "'none'",
  'ensure.explicit.internal.resource.naming': 'false',
  'dsl.store.format': "'plain'",
  'default.dsl.store': "'persistent'",
  'upgrade.from': '',
  'state.dir': 'a temporary folder',
  'statestore.cache.max.bytes': '10 MiB',
  'cache.max.bytes.buffering': '10 MiB',
  'statestore.uncommitted.max.bytes': '64 MiB',
  'state.cleanup.delay.ms': '10m',
  'state.cleanup.dir.max.age.ms': 'Infinity',
  'num.standby.replicas': '0',
  'max.warmup.replicas': '2',
  'acceptable.recovery.lag': '10000',
  'session.timeout.ms': '45s',
  'heartbeat.interval.ms': '3s',
  'group.instance.id': '',
  'metadata.max.age.ms': '5m',
  'probing.rebalance.interval.ms': '10m',
  'rack.aware.assignment.tags': '[]',
  'auto.offset.reset': "'earliest'",
  'replication.factor': '-1',
  'windowstore.changelog.additional.retention.ms': '1d',
  'repartition.purge.interval.ms': '30s',
  'deserialization.exception.handler': "'fail'",
  'default.deserialization.exception.handler': "'fail'",
  'processing.exception.handler': "'fail'",
  'production.exception.handler': "'default'",
  'default.production.exception.handler': "'default'",
  'errors.dead.letter.queue.topic.name': '',
  'metrics.recording.level': "'info'",
  'linger.ms': '100ms',
  'batch.size': '16 KiB',
  'compression.type': "'none'",
  'max.request.size': '1 MiB',
  'delivery.timeout.ms': '2m',
  'fetch.max.wait.ms': '500ms',
  'fetch.max.bytes': '50 MiB',
};

function settingAt(path: string): Setting<never, unknown> {
  const [first, second] = path.split('.') as [string, string | undefined];
  const table: Settings = streamsSettings;
  return second === undefined ? table[first]! : table[first]!.reader.nested![second]!;
}

function defaultOf({ isRequired, fallback, reader }: Setting<never, unknown>): string {
  if (isRequired) return 'required';
  return fallback === undefined ? '' : reader.show(fallback);
}

/** Properties that set up tests of Kafka Streams itself begin with an underscore; they are not for users. */
const properties = [...namesOf(streamsSettings)].filter(([name]) => name.includes('.') && !name.startsWith('_'));

function rows(): string {
  return properties
    .map(([property, setting]) => {
      const java = javaDefaults[property];
      if (java === undefined) throw new Error(`The default of ${property} in Kafka Streams is not in this test`);
      const found = settingAt(setting);
      // What has no default value in the table is derived: docs/CONFIGURATION.md says from what.
      const own = defaultOf(found);
      return `| \`${property}\` | \`${setting}\` | ${java} | ${own === java || found.fallback === undefined ? '' : own} |\n`;
    })
    .join('');
}

it('docs/MIGRATING.md has every property, with both defaults', () => {
  const table = `\n| property of Java | setting | default in Java | default in Ouzel |\n|---|---|---|---|\n${rows()}\n`;
  const expected = page.replace(/(?<=<!-- settings -->\n)[\s\S]*?(?=<!-- \/settings -->)/, () => table);
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, expected);
  expect(readFileSync(path, 'utf8')).toBe(expected);
});

const withoutCounterpart = /These have no counterpart[\s\S]*?\n\n([\s\S]*?)\n\n/.exec(page)![1]!;
const named = [...withoutCounterpart.matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) => [...cell!.matchAll(/`([^`]+)`/g)]);
it.each(named.map(([, property]) => property!))('%s is a fault', (property) => {
  const required = { 'application.id': 'payments', 'bootstrap.servers': 'kafka:9092' };
  expect(() => fromKafkaProperties({ ...required, [property]: '1' })).toThrow(property);
});
