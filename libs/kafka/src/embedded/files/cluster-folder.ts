import { readdirSync, rmSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { makeFolder, StateError, type Clock, type Random } from '@ouzel/core';
import { partitionName, type TopicPartition } from '../../client/index.js';
import { Cluster, type Storage } from '../cluster.js';
import { replay } from '../replay.js';
import type { TransactionVersion } from '../transactions.js';
import { FolderLock } from './folder-lock.js';
import { JournalFile } from './journal-file.js';
import { LogFile } from './log-file.js';

// A cluster's folder:
//
//   lock                      which process uses it
//   journal                   topics, log starts, committed offsets, transactions
//   TOPIC-PARTITION.log       record batches

/**
 * Opens the cluster of a folder as it was when it was last used. Throws OUZEL_STATE_LOCKED while another uses it, and
 * OUZEL_STATE when it can not be used.
 */
export function openFolder(directory: string, clock: Clock, random: Random, transactionVersion: TransactionVersion): Cluster {
  try {
    return lockedFolder(directory, clock, random, transactionVersion);
  } catch (thrown) {
    if (!isSystemError(thrown)) throw thrown;
    throw new StateError('OUZEL_STATE', {
      what: `the folder of the embedded Kafka can not be used: ${thrown.message}`,
      where: directory,
      help: 'Let `directory` name a folder that this process may write to, on a disk with space.',
      cause: thrown,
    });
  }
}

/**
 * Returns whether the file system threw it. `instanceof` fails where a test runner gives modules a realm of their own.
 */
function isSystemError(thrown: unknown): thrown is NodeJS.ErrnoException {
  return typeof thrown === 'object' && thrown !== null && 'errno' in thrown;
}

function lockedFolder(directory: string, clock: Clock, random: Random, transactionVersion: TransactionVersion): Cluster {
  makeFolder(resolve(directory));
  const lock = FolderLock.take(join(directory, 'lock'), directory, clock);
  try {
    const journal = new JournalFile(join(directory, 'journal'));
    const storage: Storage = {
      journal,
      logOf: (place) => new LogFile(join(directory, fileOf(place)), partitionName(place)),
      close: () => {
        journal.close();
        lock.release();
      },
    };
    return restored(directory, journal, new Cluster(clock, random, transactionVersion, storage));
  } catch (error) {
    lock.release();
    throw error;
  }
}

function restored(directory: string, journal: JournalFile, cluster: Cluster): Cluster {
  replay(journal.read(), cluster);
  removeDeletedLogs(directory, cluster);
  journal.begin(() => cluster.snapshot());
  cluster.transactions.resume();
  return cluster;
}

/** Removes the log files of deleted topics: a process may have ended before it removed them. */
function removeDeletedLogs(directory: string, cluster: Cluster): void {
  const known = new Set<string>();
  for (const { logs } of cluster.topics.all()) for (const { place } of logs) known.add(fileOf(place));
  for (const file of readdirSync(directory)) {
    if (/\.log(\.new)?$/.test(file) && !known.has(file)) rmSync(join(directory, file));
  }
}

function fileOf(place: TopicPartition): string {
  return `${partitionName(place)}.log`;
}
