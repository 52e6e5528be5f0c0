import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { driverConformance } from '../conformance/driver.conformance.js';
import { embedded } from './index.js';

driverConformance('embedded, in memory', () => {
  const connection = embedded();
  return Promise.resolve({ connection, shortestSessionMs: 200, close: () => Promise.resolve(connection.close()) });
});

driverConformance('embedded, in a folder', () => {
  const directory = mkdtempSync(join(tmpdir(), 'ouzel-kafka-'));
  const connection = embedded({ directory });
  const close = () => {
    connection.close();
    rmSync(directory, { recursive: true });
    return Promise.resolve();
  };
  return Promise.resolve({ connection, shortestSessionMs: 200, close });
});
