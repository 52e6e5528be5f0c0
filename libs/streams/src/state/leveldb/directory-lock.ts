import { Level } from 'level';
import { StateError } from '@ouzel/core';

/** Keeps other processes out of a folder: LevelDB's own file lock, which the operating system gives back when the process dies. */
export class DirectoryLock {
  private constructor(private readonly db: Level) {}

  /** `folder` is named in the error. */
  static async take(location: string, folder: string): Promise<DirectoryLock> {
    const db = new Level(location);
    try {
      await db.open();
    } catch (cause) {
      if ((cause as { cause?: { code?: string } }).cause?.code !== 'LEVEL_LOCKED')
        throw new StateError('OUZEL_STATE', { what: 'the state directory can not be locked', where: folder, cause });
      throw new StateError('OUZEL_STATE_LOCKED', {
        what: 'another instance uses this state directory',
        where: folder,
        help: 'Give every instance a `stateDirectory` of its own.',
        cause,
      });
    }
    return new DirectoryLock(db);
  }

  async release(): Promise<void> {
    await this.db.close();
  }
}
