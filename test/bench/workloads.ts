import { serdes, StreamsBuilder, tumbling, within, type Serde, type Topology } from '@ouzel/streams';

interface Payment {
  id: string;
  userId: string;
  amount: number;
  currency: string;
  ts: number;
}
interface User {
  name: string;
  country: string;
}

/** Notes the time of the first input record. */
function observed<T>(serde: Serde<T>, seen: () => void): Serde<T> {
  let notice = (): void => {
    seen();
    notice = () => {};
  };
  const observing: Serde<T> = {
    ...serde,
    deserialize: (bytes, topic, headers) => {
      notice();
      return serde.deserialize(bytes, topic, headers);
    },
  };
  const inBlock = (serde as { deserializeFrom?: (block: Buffer, start: number, end: number) => T }).deserializeFrom;
  if (inBlock === undefined) return observing;
  return Object.assign(observing, {
    deserializeFrom: (block: Buffer, start: number, end: number) => {
      notice();
      return inBlock(block, start, end);
    },
  });
}

/** Returns the topology of a workload. It has the same operators as the Java peer's. */
export function topologyOf(workload: string, inputs: readonly string[], out: string, seen: () => void): Topology {
  const builder = new StreamsBuilder();
  const [first, second] = inputs as [string, string];
  const key = observed(serdes.string, seen);
  const payments = { key, value: serdes.json<Payment>() };
  const text = { key, value: serdes.string };
  const counts = { key: serdes.string, value: serdes.long };
  const sums = { store: 'sums', key: serdes.string, value: serdes.long };
  switch (workload) {
    case 'W1':
      builder
        .stream(first, payments)
        .filter((payment) => payment.amount >= 1_000)
        .mapValues((payment) => ({ ...payment, amount: payment.amount * 2, currency: 'XEU' }))
        .to(out, { key: serdes.string, value: serdes.json<Payment>() });
      break;
    case 'W1b':
      builder
        .stream(first, text)
        .filter((_, userId) => !userId.endsWith('7'))
        .to(out, { key: serdes.string, value: serdes.string });
      break;
    case 'W2':
    case 'W8':
      builder
        .stream(first, text)
        .groupByKey()
        .count({ materialized: { store: 'counts' } })
        .toStream()
        .to(out, counts);
      break;
    case 'W3':
      builder
        .stream(first, payments)
        .groupByKey()
        .windowedBy(tumbling('1m', { grace: '10s' }))
        .aggregate(
          () => 0,
          (sum, payment) => sum + payment.amount,
          { materialized: sums },
        )
        .toStream((_, windowed) => `${windowed.key}@${windowed.window.start}`)
        .to(out, counts);
      break;
    case 'W4':
      builder
        .stream(first, payments)
        .join(
          builder.table(second, { key: serdes.string, value: serdes.json<User>(), materialized: { store: 'users' } }),
          (payment, { name, country }) => ({ ...payment, name, country }),
          {
            key: serdes.string,
            left: serdes.json<Payment>(),
            right: serdes.json<User>(),
          },
        )
        .to(out, { key: serdes.string, value: serdes.json() });
      break;
    case 'W5':
      builder
        .stream(first, payments)
        .selectKey((payment) => payment.currency)
        .groupByKey({ name: 'by-currency', key: serdes.string, value: serdes.json<Payment>() })
        .count({ materialized: { store: 'counts' } })
        .toStream()
        .to(out, counts);
      break;
    case 'W6':
      builder
        .stream(first, payments)
        .join(builder.stream(second, payments), (left, right) => ({ left: left.id, right: right.id, amount: left.amount + right.amount }), {
          window: within('5s', { grace: '10s' }),
          key: serdes.string,
          left: serdes.json<Payment>(),
          right: serdes.json<Payment>(),
        })
        .to(out, { key: serdes.string, value: serdes.json() });
      break;
    default:
      throw new Error(`unknown workload ${workload}`);
  }
  return builder.build();
}
