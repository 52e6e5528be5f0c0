import { embedded, serdes, StreamsBuilder } from '@ouzel/streams';

const payments = { key: serdes.string, value: serdes.json() };
const { KAFKA_FOLDER: directory, STORE: store = 'totals' } = process.env;

const builder = new StreamsBuilder();
builder
  .stream('payment', payments)
  .groupByKey(payments)
  .count({ materialized: { store } })
  .toStream()
  .to('count', { key: serdes.string, value: serdes.long });

export const topology = builder.build();
export const config = { applicationId: 'payments', kafka: embedded({ directory }), deadLetterTopic: 'dead' };
