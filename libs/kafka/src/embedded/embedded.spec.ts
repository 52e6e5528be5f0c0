import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverConformance } from '../conformance/index.js';
import { embedded, type EmbeddedKafka } from './index.js';

describe('the embedded Kafka, in memory', () => {
  const connection = embedded();
  afterAll(() => connection.close());

  for (const { name, run } of driverConformance(() => ({ connection, shortestSessionMs: 200 }))) it(name, run, 60_000);
});

describe('the embedded Kafka with transactions of version 1', () => {
  const connection = embedded({ transactionVersion: 1 });
  afterAll(() => connection.close());

  const tests = driverConformance(() => ({ connection, shortestSessionMs: 200 }));
  for (const { name, run } of tests.filter(({ name }) => name.includes('transaction'))) it(name, run, 60_000);
});

describe('the embedded Kafka, in a folder', () => {
  let directory: string;
  let connection: EmbeddedKafka;
  beforeAll(() => {
    directory = mkdtempSync(join(tmpdir(), 'ouzel-kafka-'));
    connection = embedded({ directory });
  });
  afterAll(() => {
    connection.close();
    rmSync(directory, { recursive: true });
  });

  for (const { name, run } of driverConformance(() => ({ connection, shortestSessionMs: 200 }))) it(name, run, 60_000);
});
