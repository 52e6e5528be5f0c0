import { OuzelError, systemClock } from '@ouzel/core';
import { readRecords, type ConsumerRecord, type KafkaDriver, type OffsetRange } from '@ouzel/kafka';
import { Option, type Command } from 'commander';
import { withApplication, type ApplicationArguments } from '../application/application-options.js';
import { withCluster, type ClusterArguments } from '../connection/cluster-options.js';
import { withSession } from '../connection/session.js';
import { argument } from '../console/arguments.js';
import type { Console } from '../console/console.js';
import { jsonText } from '../console/json-text.js';
import { dateTime, wholeNumber } from '../console/moments.js';
import { serdesFor, withSerdes, type SerdeArguments, type TopicSerdes } from './serde-options.js';
import { shownText, shownValue, textOrBase64, type Shown } from './shown-value.js';

interface ConsumeArguments extends ApplicationArguments, ClusterArguments, SerdeArguments {
  readonly partition?: number;
  readonly offset?: number;
  readonly since?: Date;
  readonly last?: number;
  readonly limit?: number;
  readonly follow?: true;
  readonly headers?: true;
  readonly json?: true;
}

/** Adds `ouzel consume`. */
export function consumeCommand(program: Command, console: Console): void {
  const number = argument(wholeNumber);
  withSerdes(withApplication(withCluster(program.command('consume').argument('<topic>'))))
    .description('Prints the records of a topic from its beginning to its present end. Reads committed records only, without a group.')
    .option('--partition <number>', 'only this partition', number)
    .addOption(new Option('--offset <number>', 'begin at this offset').argParser(number).conflicts(['since', 'last']))
    .addOption(new Option('--since <time>', 'begin at a time: 2026-01-31T12:00:00').argParser(argument(dateTime)).conflicts('last'))
    .addOption(new Option('--last <number>', 'only the last records of each partition').argParser(number))
    .option('--limit <number>', 'end after so many records', number)
    .option('--follow', 'go on with what comes, until Ctrl-C')
    .option('--headers', 'print headers too')
    .option('--json', 'write each record as a line of JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  $ ouzel consume payment --app dist/app.module.js --last 10' +
        '\n  $ ouzel consume spend --brokers localhost:9092 --key-serde string --value-serde double --follow',
    )
    .action((topic: string, args: ConsumeArguments) =>
      withSession(args, 'ouzel consume', console, async ({ driver, application }) => {
        const serdes = serdesFor(topic, args, application);
        let left = args.limit ?? Infinity;
        const options = console.signal === undefined ? {} : { signal: console.signal };
        if (left <= 0) return;
        for await (const record of readRecords(driver, await rangesOf(driver, topic, args), systemClock, options)) {
          console.out(recordText(record, serdes, args));
          if (--left === 0) return;
        }
      }),
    );
}

async function rangesOf(driver: KafkaDriver, topic: string, args: ConsumeArguments): Promise<readonly OffsetRange[]> {
  const { partition, offset, since, last, follow } = args;
  const { admin } = driver;
  const count = (await admin.topics([topic])).get(topic)?.partitions;
  if (count === undefined) throw new OuzelError('OUZEL_TOPIC_MISSING', { what: `there is no topic ${topic}`, where: 'ouzel consume' });
  const all = Array.from({ length: count }, (_, number) => ({ topic, partition: number }));
  const places = partition === undefined ? all : all.filter((place) => place.partition === partition);
  const [first, begin, end] = await Promise.all([
    admin.listOffsets(places, 'earliest', 'read_committed'),
    admin.listOffsets(places, since === undefined ? 'earliest' : { at: since.getTime() }, 'read_committed'),
    admin.listOffsets(places, 'latest', 'read_committed'),
  ]);
  const offsetIn = (list: typeof first, number: number) => list.find((found) => found.partition === number)?.offset ?? 0;
  return places.map((place) => {
    const [least, to] = [offsetIn(first, place.partition), offsetIn(end, place.partition)];
    const from = offset ?? (last === undefined ? offsetIn(begin, place.partition) : to - last);
    return { ...place, from: Math.max(least, from), to: follow ? Infinity : to };
  });
}

function recordText(record: ConsumerRecord, serdes: TopicSerdes, { headers: withHeaders, json }: ConsumeArguments): string {
  const { topic, partition, offset, timestamp, headers } = record;
  const key = shownValue(record.key, serdes.key, topic, headers);
  const value = shownValue(record.value, serdes.value, topic, headers);
  const shownHeaders = [...headers].map(([name, bytes]) => ({ name, value: bytes === null ? null : textOrBase64(bytes) }));
  if (json)
    return jsonText({ topic, partition, offset, timestamp, ...jsonPart('key', key), ...jsonPart('value', value), headers: shownHeaders });
  const tail = withHeaders ? shownHeaders.map((header) => `  ${header.name}=${header.value ?? 'null'}`).join('') : '';
  return `${topic}-${partition}@${offset}  ${timeText(timestamp)}  ${shownText(key)}  ${shownText(value)}${tail}\n`;
}

function jsonPart(name: 'key' | 'value', shown: Shown): object {
  return 'error' in shown ? { [`${name}Error`]: shown.error } : { [name]: shown.value };
}

/** A record may have no time, or one that a Date can not hold. */
function timeText(timestamp: number): string {
  const date = new Date(timestamp);
  return timestamp < 0 || Number.isNaN(date.getTime()) ? String(timestamp) : date.toISOString();
}
