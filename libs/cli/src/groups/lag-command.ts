import { OuzelError, systemClock } from '@ouzel/core';
import type { KafkaDriver, TopicPartition } from '@ouzel/kafka';
import type { Command } from 'commander';
import { withApplication, type ApplicationArguments } from '../application/application-options.js';
import { withCluster, type ClusterArguments } from '../connection/cluster-options.js';
import { withSession } from '../connection/session.js';
import { argument, list } from '../console/arguments.js';
import type { Console } from '../console/console.js';
import { duration } from '../console/moments.js';
import { tableText } from '../console/table.js';

interface LagArguments extends ApplicationArguments, ClusterArguments {
  readonly applicationId?: string;
  readonly topics?: readonly string[];
  readonly watch?: true;
  readonly interval: number;
  readonly json?: true;
}

interface PartitionLag extends TopicPartition {
  /** Null: nothing was committed. */
  readonly committed: number | null;
  readonly end: number;
  /** Records between both; all of the partition where nothing was committed. */
  readonly lag: number;
}

/** Adds `ouzel lag`. */
export function lagCommand(program: Command, console: Console): void {
  withApplication(withCluster(program.command('lag')))
    .description('Shows how many records of its inputs an application has not committed yet.')
    .option('--application-id <id>', 'the application, its applicationId; left out: that of --app')
    .option('--topics <topics>', 'only these topics, separated by commas; left out: all for which it has committed offsets', list)
    .option('--watch', 'show it again and again, until Ctrl-C')
    .option('--interval <duration>', 'how often: 2s', argument(duration), 2_000)
    .option('--json', 'write each look as a line of JSON')
    .addHelpText('after', '\nExample:\n  $ ouzel lag --application-id payments --brokers localhost:9092 --watch')
    .action((args: LagArguments) =>
      withSession(args, 'ouzel lag', console, async ({ driver, application }) => {
        const group = args.applicationId ?? application?.config?.applicationId;
        if (group === undefined)
          throw new OuzelError('OUZEL_CONFIG', {
            what: 'there is no application',
            where: 'ouzel lag',
            help: 'Give --application-id, or --app.',
          });
        let drawn = 0;
        do {
          const lags = await lagsOf(driver, group, args.topics);
          const text = args.json ? `${JSON.stringify({ applicationId: group, at: systemClock.now(), lags })}\n` : lagText(lags, console);
          if (drawn > 0 && console.isTerminal === true && !args.json) console.out(`\u001b[${drawn}A\u001b[J`);
          console.out(text);
          drawn = text.split('\n').length - 1;
          if (args.watch) await systemClock.sleep(args.interval, console.signal);
        } while (args.watch && console.signal?.aborted !== true);
      }),
    );
}

async function lagsOf({ admin }: KafkaDriver, group: string, topics: readonly string[] | undefined): Promise<readonly PartitionLag[]> {
  const existing = await admin.topics(topics);
  const missing = (topics ?? []).filter((topic) => !existing.has(topic));
  if (missing.length > 0)
    throw new OuzelError('OUZEL_TOPIC_MISSING', { what: `there is no topic ${missing.join(', ')}`, where: 'ouzel lag' });
  const places = [...existing.values()].flatMap(({ topic, partitions }) =>
    Array.from({ length: partitions }, (_, partition) => ({ topic, partition })),
  );
  const committed = await admin.committedOffsets(group, places);
  const known = new Map(committed.map((found) => [`${found.topic}-${found.partition}`, found.offset]));
  const of = ({ topic, partition }: TopicPartition) => known.get(`${topic}-${partition}`) ?? -1;
  const shown = places.filter((place) => topics !== undefined || of(place) >= 0);
  const [first, ends] = await Promise.all([
    admin.listOffsets(shown, 'earliest', 'read_uncommitted'),
    admin.listOffsets(shown, 'latest', 'read_uncommitted'),
  ]);
  const begins = new Map(first.map(({ topic, partition, offset }) => [`${topic}-${partition}`, offset]));
  return ends
    .map(({ topic, partition, offset: end }) => {
      const offset = of({ topic, partition });
      const from = offset < 0 ? (begins.get(`${topic}-${partition}`) ?? 0) : offset;
      return { topic, partition, committed: offset < 0 ? null : offset, end, lag: Math.max(0, end - from) };
    })
    .sort((a, b) => (a.topic === b.topic ? a.partition - b.partition : a.topic < b.topic ? -1 : 1));
}

function lagText(lags: readonly PartitionLag[], console: Console): string {
  if (lags.length === 0) return 'It has committed nothing yet.\n';
  const rows = lags.map(({ topic, partition, committed, end, lag }) => [topic, partition, committed, end, lag]);
  const total = lags.reduce((sum, { lag }) => sum + lag, 0);
  return `${tableText(console, ['TOPIC', 'PARTITION', 'COMMITTED', 'END', 'LAG'], rows)}lag in all: ${total}\n`;
}
