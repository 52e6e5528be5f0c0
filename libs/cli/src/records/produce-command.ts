import { Headers, OuzelError } from '@ouzel/core';
import { serdes as builtIn, type Serde } from '@ouzel/streams';
import { Option, type Command } from 'commander';
import { withApplication, withLoaded, type ApplicationArguments, type ChosenApplication } from '../application/application-options.js';
import { clusterOf, withCluster, type ClusterArguments } from '../connection/cluster-options.js';
import { argument } from '../console/arguments.js';
import { loggerTo, type Console } from '../console/console.js';
import { dateTime } from '../console/moments.js';
import { serdesFor, typedValue, withSerdes, type SerdeArguments, type TopicSerdes } from './serde-options.js';

interface ProduceArguments extends ApplicationArguments, ClusterArguments, SerdeArguments {
  readonly key?: string;
  readonly value?: string;
  readonly tombstone?: true;
  readonly timestamp?: Date;
  readonly header?: readonly (readonly [string, string])[];
  readonly json?: true;
}

/** A record before it is encoded. */
interface TypedRecord {
  readonly key: unknown;
  readonly value: unknown;
  readonly timestamp?: number;
  readonly headers: Headers;
}

/** Adds `ouzel produce`. */
export function produceCommand(program: Command, console: Console): void {
  withSerdes(withApplication(withCluster(program.command('produce').argument('<topic>'))))
    .description('Writes a record, or one for each line that is piped in: {"key":…,"value":…,"timestamp":…,"headers":{…}}.')
    .option('--key <key>', 'the key: a text, or JSON where its serde takes no text; left out: none')
    .addOption(new Option('--value <value>', 'the value: a text, or JSON where its serde takes no text').conflicts('tombstone'))
    .option('--tombstone', 'no value: deletes the key from tables')
    .option('--timestamp <time>', 'the time of the record: 2026-01-31T12:00:00; left out: now', argument(dateTime))
    .option('--header <name=value>', 'a header; may be given several times', headers)
    .option('--json', 'write the places of the records as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ ouzel produce payment --app dist/app.module.js --key ann --value \'{"amount":7}\'' +
        '\n  $ cat payments.jsonl | ouzel produce payment --brokers localhost:9092 --value-serde json',
    )
    .action((topic: string, args: ProduceArguments) =>
      withLoaded(args, async (application) => {
        const serdes = serdesFor(topic, args, application);
        const cluster = clusterOf(args, 'ouzel produce', application?.config?.kafka);
        try {
          const places = await written(topic, recordsOf(args, serdes, console), { serdes, cluster, application, console });
          if (args.json) console.out(`${JSON.stringify(places)}\n`);
          else for (const place of places) console.out(`${place.topic}-${place.partition}@${place.offset}\n`);
        } finally {
          cluster.close();
        }
      }),
    );
}

interface WriteParts {
  readonly serdes: TopicSerdes;
  readonly cluster: ReturnType<typeof clusterOf>;
  readonly application: ChosenApplication | undefined;
  readonly console: Console;
}

async function written(topic: string, records: AsyncIterable<TypedRecord>, { serdes, cluster, application, console }: WriteParts) {
  const { createRecordProducer } = application?.streams ?? (await import('@ouzel/streams'));
  const producer = createRecordProducer({
    ...application?.config,
    kafka: cluster.kafka,
    logger: loggerTo(console),
    producer: { deliveryTimeout: '30s' },
  });
  const own = { key: serdes.key ?? textOrNothing, value: serdes.value ?? textOrNothing };
  const writes = [];
  try {
    for await (const record of records) {
      writes.push(producer.send(topic, record, own));
      if (writes.length % 1_000 === 0) await Promise.all(writes);
    }
    return await Promise.all(writes);
  } finally {
    await Promise.allSettled(writes);
    await producer.close();
  }
}

const textOrNothing: Serde<unknown> = builtIn.string;

async function* recordsOf(args: ProduceArguments, serdes: TopicSerdes, { lines }: Console): AsyncGenerator<TypedRecord, void, void> {
  const { key, value, tombstone, timestamp, header = [] } = args;
  if (value !== undefined || tombstone) {
    yield {
      key: key === undefined ? null : typedValue(key, serdes.key, 'key'),
      value: value === undefined ? null : typedValue(value, serdes.value, 'value'),
      ...(timestamp !== undefined && { timestamp: timestamp.getTime() }),
      headers: Headers.of(header),
    };
    return;
  }
  if (lines === undefined)
    throw new OuzelError('OUZEL_CONFIG', {
      what: 'there is no record',
      where: 'ouzel produce',
      help: 'Give --value, or --tombstone, or pipe lines in.',
    });
  let at = 0;
  for await (const line of lines) {
    at++;
    if (line.trim() !== '') yield recordIn(line, at, serdes);
  }
}

function recordIn(line: string, at: number, serdes: TopicSerdes): TypedRecord {
  let parsed: unknown;
  try {
    parsed = JSON.parse(line);
  } catch (cause) {
    throw new OuzelError('OUZEL_CONFIG', { what: 'the line is no JSON', where: `line ${at}`, cause });
  }
  const isRecord = typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) && 'value' in parsed;
  if (!isRecord) throw new OuzelError('OUZEL_CONFIG', { what: 'the line is no object with a value', where: `line ${at}` });
  const { key = null, value, timestamp, headers: given = {} } = parsed as Readonly<Record<string, unknown>>;
  return {
    key: plain(key, serdes.key),
    value: plain(value, serdes.value),
    ...(typeof timestamp === 'number' && { timestamp }),
    headers: Headers.of(Object.entries(given as Readonly<Record<string, string>>).map(([name, text]) => [name, String(text)] as const)),
  };
}

/** JSON has no 64-bit integers and no bytes. Without a serde, what is no text is written as JSON. */
function plain(value: unknown, serde: Serde<unknown> | undefined): unknown {
  if (value === null) return null;
  if (serde === undefined) return typeof value === 'string' ? value : JSON.stringify(value);
  if (serde === builtIn.bigint && (typeof value === 'number' || typeof value === 'string')) return BigInt(value);
  return serde.name === 'buffer' && typeof value === 'string' ? Buffer.from(value) : value;
}

function headers(text: string, former: readonly (readonly [string, string])[] = []): readonly (readonly [string, string])[] {
  const [name, ...value] = text.split('=');
  return [...former, [name!, value.join('=')]];
}
