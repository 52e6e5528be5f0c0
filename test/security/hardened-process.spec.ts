import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Program } from '../program.js';

const root = resolve(import.meta.dirname, '../..');

/** Counts words in a stateful application, on the packages as they are built; prints the counts that it has written. */
const program = `
  import { embedded, KafkaStreams, serdes, StreamsBuilder } from '@ouzel/streams';

  const text = { key: serdes.string, value: serdes.string };
  const kafka = embedded();
  kafka.createTopics([{ topic: 'in' }, { topic: 'out' }]);
  const builder = new StreamsBuilder();
  builder.stream('in', { key: serdes.string, value: serdes.json() })
    .selectKey(({ word }) => word)
    .groupByKey({ key: serdes.string, value: serdes.json() })
    .count({ materialized: { store: 'counts' } })
    .toStream().mapValues(String).to('out', text);
  builder.stream('out', text).forEach((count, word) => console.log(word + ': ' + count));
  const streams = new KafkaStreams(builder.build(), {
    applicationId: 'app', kafka, processingGuarantee: process.env.GUARANTEE, stateDirectory: process.env.FOLDER, commitInterval: 50,
  });
  await streams.start();
  const record = (word) => ({ key: 'k', value: JSON.stringify({ word }) });
  await kafka.produce('in', ['kafka', 'streams', 'kafka', '__proto__'].map(record));
  process.on('SIGINT', () => streams.close().then(() => kafka.close()));
`;

describe('a process that may neither make code from texts nor use __proto__ (X15)', () => {
  let folder: string;
  beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), 'ouzel-hardened-'))));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  it.each(['at_least_once', 'exactly_once_v2'])(
    'runs an application, %s',
    async (guarantee) => {
      const flags = ['--disallow-code-generation-from-strings', '--disable-proto=throw', '--input-type=module', '--eval', program];
      const env = { GUARANTEE: guarantee, FOLDER: join(folder, guarantee) };
      const app = new Program(process.execPath, flags, { folder: root, env });
      await app.until(() => expect(app.output.split('\n')).toEqual(expect.arrayContaining(['kafka: 2', 'streams: 1', '__proto__: 1'])));
      expect(await app.stop('SIGINT')).toMatchObject({ code: 0, signal: null });
    },
    60_000,
  );
});
