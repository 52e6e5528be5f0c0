// The DSL alone: orders are joined with their customers, and summed up by country and minute.
import { embedded, KafkaStreams, serdes, StreamsBuilder, tumbling } from '@ouzel/streams';

interface Order {
  readonly amount: number;
}
interface Customer {
  readonly country: string;
}

const builder = new StreamsBuilder();
const customers = builder.table('customer', { key: serdes.string, value: serdes.json<Customer>() });
builder
  .stream('order', { key: serdes.string, value: serdes.json<Order>() })
  .join(customers, (order, { country }) => ({ country, amount: order.amount }))
  .groupBy((sale) => sale.country, { key: serdes.string, value: serdes.json<{ country: string; amount: number }>() })
  .windowedBy(tumbling('1m'))
  .aggregate(
    () => 0,
    (sum, sale) => sum + sale.amount,
    { materialized: { store: 'sales', value: serdes.double } },
  )
  .toStream()
  .forEach((sum, { key: country, window }) => console.log(`${country} ${new Date(window.start).toISOString().slice(11, 16)} ${sum}`));

const kafka = embedded();
kafka.createTopics([
  { topic: 'customer', partitions: 2, config: { 'cleanup.policy': 'compact' } },
  { topic: 'order', partitions: 2 },
]);

const app = new KafkaStreams(builder.build(), { applicationId: 'sales', kafka, stateDirectory: process.env.OUZEL_STATE_DIR ?? '.ouzel' });
process.once('SIGINT', () => void app.close());
await app.start();

const noon = Date.parse('2026-01-01T12:00:00Z');
await kafka.produce('customer', [
  { key: 'ann', value: JSON.stringify({ country: 'AT' }), timestamp: noon },
  { key: 'bob', value: JSON.stringify({ country: 'BR' }), timestamp: noon },
]);
await kafka.produce('order', [
  { key: 'ann', value: JSON.stringify({ amount: 20 }), timestamp: noon + 1_000 },
  { key: 'bob', value: JSON.stringify({ amount: 5 }), timestamp: noon + 2_000 },
  { key: 'ann', value: JSON.stringify({ amount: 30 }), timestamp: noon + 3_000 },
  { key: 'ann', value: JSON.stringify({ amount: 7 }), timestamp: noon + 60_000 },
]);
