import { serdes, type GlobalKTable, type KStream, type KTable } from '@ouzel/streams';
import { GlobalTable, Source, Table } from '../decorators/index.js';

export const text = { key: serdes.string, value: serdes.string };

/** Members that topologies of tests inherit and come after. */
export class Inputs {
  @Source('payment', text)
  readonly payments!: KStream<string, string>;
  @Source('order', text)
  readonly orders!: KStream<string, string>;
  @Table('account', text)
  readonly accounts!: KTable<string, string>;
  @GlobalTable('rate', text)
  readonly rates!: GlobalKTable<string, string>;
}
