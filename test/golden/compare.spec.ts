import { compareOutputs, compareTopics, sameRecord } from './compare.js';
import { compareCommitted } from './committed.js';
import type { RecordedOutput, RecordedTopic } from './scenario.js';

const record: RecordedOutput = { topic: 'out', key: '6b', value: '61', ts: 5 };

describe('a record that was written', () => {
  it('must have the bytes, the time and the headers that were recorded', () => {
    expect(sameRecord(record, { ...record, headers: [] })).toBe(true);
    for (const other of [{ key: null }, { value: '62' }, { ts: 6 }, { ts: null }, { headers: [['h', '31']] as const }]) {
      expect(sameRecord(record, { ...record, ...other })).toBe(false);
    }
  });

  it('may have any partition, unless Kafka Streams chose it', () => {
    expect(sameRecord(record, { ...record, partition: 3 })).toBe(true);
    expect(sameRecord({ ...record, partition: 0 }, { ...record, partition: 3 })).toBe(false);
  });

  it('must have its headers in order, duplicates and nulls included', () => {
    const expected: RecordedOutput = {
      ...record,
      headers: [
        ['a', '31'],
        ['b', null],
        ['a', '32'],
      ],
    };
    expect(
      sameRecord(expected, {
        ...record,
        headers: [
          ['a', '31'],
          ['b', null],
          ['a', '32'],
        ],
      }),
    ).toBe(true);
    expect(
      sameRecord(expected, {
        ...record,
        headers: [
          ['a', '32'],
          ['b', null],
          ['a', '31'],
        ],
      }),
    ).toBe(false);
    expect(
      sameRecord(expected, {
        ...record,
        headers: [
          ['a', '31'],
          ['b', ''],
          ['a', '32'],
        ],
      }),
    ).toBe(false);
  });

  it('may describe an error in other words, but must describe it', () => {
    const told = (exception: string, message: string, stack: string): RecordedOutput => ({
      ...record,
      headers: [
        ['__streams.errors.exception', exception],
        ['__streams.errors.message', message],
        ['__streams.errors.stacktrace', stack],
      ],
    });
    expect(sameRecord(told('6a617661', '6f6c64', '*'), told('4572726f72', '6e6577', '6174'))).toBe(true);
    expect(sameRecord(told('6a617661', '6f6c64', '*'), told('4572726f72', '6e6577', ''))).toBe(false);
    expect(sameRecord(told('6a617661', '6f6c64', '*'), { ...record, headers: told('45', '6e', '61').headers!.slice(1) })).toBe(false);
  });
});

describe('the outputs of a step', () => {
  const on = (topic: string, value: string): RecordedOutput => ({ topic, key: null, value, ts: 1 });

  it('are compared per topic: the order between topics is free', () => {
    expect(compareOutputs('step 1', [on('a', '01'), on('b', '02'), on('a', '03')], [on('b', '02'), on('a', '01'), on('a', '03')])).toEqual(
      [],
    );
    expect(compareOutputs('step 1', [on('a', '01'), on('a', '03')], [on('a', '03'), on('a', '01')])).toHaveLength(2);
  });

  it('differ where a record is missing or too many, and on a topic that was not recorded', () => {
    expect(compareOutputs('step 1', [on('a', '01')], [])).toMatchObject([{ expected: 'key null | value 01 | ts 1', got: 'nothing' }]);
    expect(compareOutputs('step 1', [], [on('a', '01')])).toMatchObject([{ expected: 'nothing', got: 'key null | value 01 | ts 1' }]);
  });

  it('may have a record more where it is accepted, before, between and behind those expected', () => {
    const isExtra = ({ value }: RecordedOutput): boolean => value === 'ff';
    const extra = on('a', 'ff');
    expect(compareOutputs('step 1', [on('a', '01'), on('a', '02')], [extra, on('a', '01'), extra, on('a', '02'), extra], isExtra)).toEqual(
      [],
    );
    expect(compareOutputs('step 1', [on('a', '01'), on('a', '02')], [extra, on('a', '02'), on('a', '01')], isExtra)).not.toEqual([]);
  });
});

describe('internal topics', () => {
  const topic: RecordedTopic = { topic: 't', kind: 'changelog', subtopology: 0, partitions: null, config: { 'cleanup.policy': 'compact' } };

  it('must have kind, sub-topology, partitions and settings as recorded', () => {
    expect(compareTopics([topic], [{ ...topic }])).toEqual([]);
    for (const other of [{ kind: 'repartition' as const }, { subtopology: 1 }, { partitions: 3 }, { config: {} }, { topic: 'u' }]) {
      expect(compareTopics([topic], [{ ...topic, ...other }])).not.toEqual([]);
    }
  });
});

describe('committed metadata', () => {
  /** Partition time 30, and stores `s` at 25 and `w` at 30, in both orders. */
  const one = 'AgAAAAAAAAAeAAAAAgAAAAFzAAAAAAAAABkAAAABdwAAAAAAAAAe';
  const other = 'AgAAAAAAAAAeAAAAAgAAAAF3AAAAAAAAAB4AAAABcwAAAAAAAAAZ';

  it('is equal where the order of stores is all that differs', () => {
    expect(compareCommitted([{ topic: 'in', metadata: one }], [{ topic: 'in', metadata: other }])).toEqual([]);
  });

  it('differs by time, by store, and where a topic is missing', () => {
    expect(compareCommitted([{ topic: 'in', metadata: one }], [{ topic: 'in', metadata: 'AgAAAAAAAAAe' }])).toMatchObject([
      { expected: 'version 2, partition time 30, s until 25, w until 30', got: 'version 2, partition time 30' },
    ]);
    expect(compareCommitted([{ topic: 'in', metadata: one }], [])).toMatchObject([{ got: 'nothing' }]);
  });
});
