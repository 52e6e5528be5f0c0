import type { Anomaly } from './finding.js';
import { asLogs, goodRun, type GoodLogs, type Written } from './good-run.spec-support.js';
import type { TopicName } from './log.js';
import { repeatedEchoes, verifyAtLeastOnce, verifyExactlyOnce } from './verify.js';

const at = (partition: Written, value: string) => partition.committed.findIndex((record) => record.value === value);
const remove = (partition: Written, from: number, count = 1) => partition.committed.splice(from, count);
const again = (partition: Written, value: string) => partition.committed.push({ ...partition.committed[at(partition, value)]! });
const swap = ({ committed }: Written, one: number, other: number) => {
  [committed[one], committed[other]] = [committed[other]!, committed[one]!];
};
const lastOf = ({ committed }: Written, key: string) => committed.filter((record) => record.key === key).at(-1)!;
/** What is done to a good log, and what the verifier must find for it. */
const doctored: readonly (readonly [name: string, anomaly: Anomaly, topic: TopicName, change: (logs: GoodLogs) => void])[] = [
  ['an echo without its tail', 'lost', 'echo', ({ echo: [log] }) => remove(log!, log!.committed.length - 3, 3)],
  ['an echo without its head', 'lost', 'echo', ({ echo: [log] }) => remove(log!, 0, 2)],
  ['an echo with a hole', 'lost', 'echo', ({ echo: [log] }) => remove(log!, 5)],
  ['an echo that comes again later', 'duplicated', 'echo', ({ echo: [log] }) => again(log!, '4')],
  ['an echo that is sent twice at once', 'duplicated', 'echo', ({ echo: [log] }) => log!.committed.splice(3, 0, log!.committed[3]!)],
  ['two echoes of a key that have changed places', 'reordered', 'echo', ({ echo: [log] }) => swap(log!, at(log!, '0'), at(log!, '6'))],
  ['an echo in another partition', 'misplaced', 'echo', ({ echo: [one, two] }) => two!.committed.push(...remove(one!, 4))],
  [
    'an echo of an aborted input',
    'aborted-read',
    'echo',
    ({ echo: [log], in: [input] }) => log!.committed.push(input!.written.find(({ value }) => value === '10')!),
  ],
  ['an echo of nothing', 'invented', 'echo', ({ echo: [log] }) => log!.committed.push({ ...log!.committed[0]!, value: '999' })],
  ['an input that has only some of its effects', 'torn', 'ids', ({ ids: [log] }) => remove(log!, log!.committed.length - 1)],
  [
    'an input without its record in the repartition topic',
    'torn',
    'between',
    ({ between }) => between.forEach((log) => (at(log, '8') < 0 ? [] : remove(log, at(log, '8')))),
  ],
  ['a record that is there twice in the repartition topic', 'duplicated', 'between', ({ between: [log] }) => again(log!, '4')],
  [
    'two records of a group that have changed places in the repartition topic',
    'reordered',
    'between',
    ({ between: [log] }) => swap(log!, at(log!, '0'), at(log!, '26')),
  ],
  [
    'a group that counted an aborted record',
    'aborted-read',
    'groups',
    ({ groups, between }) => {
      const partition = between.findIndex(({ written }) => written.some(({ value }) => value === '700'));
      groups[partition]!.committed.push({ ...groups[partition]!.committed[0]!, value: '99:700' });
    },
  ],
  ['a group that lost a record', 'lost', 'groups', ({ groups: [log] }) => remove(log!, log!.committed.length - 1)],
  [
    'a group whose state went back',
    'stale',
    'groups',
    ({ groups: [log] }) => {
      const last = log!.committed.at(-1)!;
      last.value = `1:${last.value!.split(':')[1]}`;
    },
  ],
  [
    'an id that was given before',
    'stale',
    'ids',
    ({ ids: [log] }) => {
      const last = log!.committed.at(-1)!;
      last.value = `${last.value!.split(':')[0]}:3`;
    },
  ],
  [
    'an id that was left out: state is ahead of the outputs',
    'torn',
    'ids',
    ({ ids: [log] }) => {
      for (const record of log!.committed.slice(4)) {
        const [number, id] = record.value!.split(':');
        record.value = `${number}:${Number(id) + 1}`;
      }
    },
  ],
  [
    'a count that is one too high',
    'duplicated',
    'counts',
    ({ counts: [log] }) => {
      log!.committed.push({ ...lastOf(log!, 'key-0'), value: '12' });
    },
  ],
  ['a count that began again from older state', 'stale', 'counts', ({ counts: [log] }) => void (lastOf(log!, 'key-0').value = '4')],
  [
    'a changelog behind its output',
    'torn',
    'changelog',
    ({ changelog: [log] }) => {
      remove(log!, log!.committed.lastIndexOf(lastOf(log!, 'key-2')));
    },
  ],
  ['a window without a result', 'lost', 'final', ({ final: [log] }) => remove(log!, 2)],
  ['a window with two results', 'duplicated', 'final', ({ final: [log] }) => log!.committed.push(log!.committed[0]!)],
  [
    'a window that lost a record',
    'stale',
    'final',
    ({ final: [log] }) => {
      const record = log!.committed.find(({ value }) => Number(value) > 1)!;
      record.value = String(Number(record.value) - 1);
    },
  ],
  [
    'a join with an older row of the table',
    'stale',
    'joined',
    ({ joined: [log] }) => {
      const last = lastOf(log!, 'key-0');
      last.value = `${last.value!.split('|')[0]}|1`;
    },
  ],
  [
    'a join with an aborted row',
    'aborted-read',
    'joined',
    ({ joined: [log] }) => {
      const last = lastOf(log!, 'key-0');
      last.value = `${last.value!.split('|')[0]}|9`;
    },
  ],
  ['a foreign-key join that is not up to date', 'lost', 'enriched', ({ enriched: [log] }) => remove(log!, log!.committed.length - 1)],
  [
    'a foreign-key join that goes back to an older row',
    'stale',
    'enriched',
    ({ enriched: [log] }) => {
      log!.committed.splice(-1, 0, { ...lastOf(log!, 'order-0'), value: 'customer-0:1|1' });
    },
  ],
  [
    'a foreign-key join with an aborted row',
    'aborted-read',
    'enriched',
    ({ enriched: [log] }) => {
      log!.committed.splice(-1, 0, { ...lastOf(log!, 'order-0'), value: 'customer-0:1|9' });
    },
  ],
  ['a transaction that never ends', 'hanging', 'counts', ({ counts: [log] }) => void (log!.isStable = false)],
  [
    'a record of an aborted transaction that is shown',
    'aborted-read',
    'between',
    ({ between: [log], in: [input] }) => {
      log!.committed.push(input!.written.find(({ value }) => value === '10')!);
    },
  ],
];

describe('the verifier', () => {
  it('finds nothing in the logs of a good run', () => {
    expect(verifyExactlyOnce(asLogs(goodRun()))).toEqual([]);
    expect(verifyAtLeastOnce(asLogs(goodRun()))).toEqual([]);
  });

  it.each(doctored)('finds %s: %s in %s', (_, anomaly, topic, change) => {
    const logs = goodRun();
    change(logs);
    const found = verifyExactlyOnce(asLogs(logs)).map((finding) => `${finding.anomaly} ${finding.topic}`);
    expect(found).toContain(`${anomaly} ${topic}`);
  });

  it('lets inputs come again at least once, and counts how many', () => {
    const logs = goodRun();
    const [echo] = logs.echo;
    echo!.committed.splice(8, 0, ...echo!.committed.slice(4, 8));
    again(logs.ids[0]!, '4:3');
    again(logs.between[0]!, '4');
    lastOf(logs.counts[0]!, 'key-0').value = '12';
    expect(verifyAtLeastOnce(asLogs(logs))).toEqual([]);
    expect(repeatedEchoes(asLogs(logs))).toBe(4);
  });

  it.each(['an echo with a hole', 'an echo of an aborted input', 'a window without a result', 'a transaction that never ends'])(
    'finds %s at least once too',
    (name) => {
      const [, anomaly, topic, change] = doctored.find(([known]) => known === name)!;
      const logs = goodRun();
      change(logs);
      const found = verifyAtLeastOnce(asLogs(logs)).map((finding) => `${finding.anomaly} ${finding.topic}`);
      expect(found).toContain(`${anomaly} ${topic}`);
    },
  );
});
