import { batchesIn, type RecordBatch } from '../../records/index.js';
import { DriverError } from '../../client/index.js';
import { ErrorCode, failureOf } from '../../protocol/error-codes.js';
import type { LogStorage } from '../log-storage.js';
import { AppendFile } from './append-file.js';

/** The log of a partition in a file: its batches one after the other, as they are on the wire. */
export class LogFile implements LogStorage {
  private readonly file: AppendFile;

  constructor(
    path: string,
    private readonly name: string,
  ) {
    this.file = new AppendFile(path);
  }

  /** Returns the batches up to the first that is damaged or cut off. The file ends there from now on. */
  read(): RecordBatch[] {
    const sound: RecordBatch[] = [];
    let length = 0;
    try {
      for (const batch of batchesIn(this.file.read())) {
        batch.check();
        sound.push(batch);
        length += batch.bytes.length;
      }
    } catch (error) {
      if (!(error instanceof DriverError)) throw error;
    }
    this.file.cut(length);
    return sound;
  }

  append(batch: Buffer): void {
    try {
      this.file.append(batch);
    } catch (error) {
      throw failureOf(ErrorCode.kafkaStorageError, `Produce of ${this.name}`, 'retriable', String(error));
    }
  }

  replace(batches: Iterable<RecordBatch>): void {
    this.file.replace([...batches].map(({ bytes }) => bytes));
  }

  remove(): void {
    this.file.remove();
  }

  close(): void {
    this.file.close();
  }
}
