// The Processor API: a sensor that has sent nothing for two seconds is reported, once, until it sends again.
import {
  embedded,
  KafkaStreams,
  serdes,
  Stores,
  StreamRecord,
  Topology,
  type KeyValueStore,
  type Processor,
  type ProcessorContext,
} from '@ouzel/streams';

const silence = 2_000;

class SilenceAlarm implements Processor<string, number, string, string> {
  private context!: ProcessorContext<string, string>;
  private lastSeen!: KeyValueStore<string, number>;

  init(context: ProcessorContext<string, string>): void {
    this.context = context;
    this.lastSeen = context.getStateStore('last-seen');
    context.schedule('500ms', 'wall-clock-time', (now) => this.report(now));
  }

  process({ key: sensor }: StreamRecord<string, number>): void {
    this.lastSeen.put(sensor, this.context.currentSystemTime());
  }

  private async report(now: number): Promise<void> {
    for await (const [sensor, seen] of this.lastSeen.all()) {
      if (now - seen < silence) continue;
      this.lastSeen.delete(sensor);
      await this.context.forward(new StreamRecord(sensor, `silent since ${new Date(seen).toISOString()}`, now));
    }
  }
}

class Print implements Processor<string, string, never, never> {
  process({ key: sensor, value: alarm }: StreamRecord<string, string>): void {
    console.log(`${sensor} is ${alarm}`);
  }
}

const topology = new Topology()
  .addSource('readings', 'reading', { key: serdes.string, value: serdes.json<number>() })
  .addProcessor('alarm', () => new SilenceAlarm(), ['readings'])
  .addStateStore(Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore('last-seen'), serdes.string, serdes.long), ['alarm'])
  .addSink('alarms', 'alarm', { key: serdes.string, value: serdes.string, parents: ['alarm'] })
  .addProcessor('print', () => new Print(), ['alarm']);

const kafka = embedded();
kafka.createTopics([
  { topic: 'reading', partitions: 2 },
  { topic: 'alarm', partitions: 2 },
]);

const app = new KafkaStreams(topology, { applicationId: 'sensors', kafka, stateDirectory: process.env.OUZEL_STATE_DIR ?? '.ouzel' });
await app.start();

await kafka.produce('reading', [{ key: 'cellar', value: '21.5' }]);
// The attic goes on sending, the cellar does not.
const attic = setInterval(() => void kafka.produce('reading', [{ key: 'attic', value: '21.5' }]), 500);

process.once('SIGINT', () => {
  clearInterval(attic);
  void app.close();
});
