import { asError, type Logger } from '@ouzel/core';
import type { Admin } from '@ouzel/kafka';
import type { StateDirectory } from '../../state/directory/state-directory.js';

export interface MemberMemoryParts {
  readonly directory: StateDirectory;
  readonly admin: Admin;
  readonly applicationId: string;
  /** A static member keeps its place: it is not removed. */
  readonly isStatic: boolean;
  readonly logger: Logger;
}

/**
 * Keeps in the state directory which group member this process is. After a crash the group would wait for the session
 * of the process that died; the process that holds the directory's lock next knows that it is gone, and removes its
 * membership.
 */
export class MemberMemory {
  constructor(private readonly parts: MemberMemoryParts) {}

  /** Removes the membership of a process that died. A failure is logged: the group removes it in the end. */
  async removeDeadMember(): Promise<void> {
    const { directory, admin, applicationId, isStatic, logger } = this.parts;
    const memberId = await directory.deadMember();
    if (memberId === undefined || isStatic) return;
    try {
      await admin.removeMember(applicationId, memberId);
      await directory.rememberMember(undefined);
      logger.info('this instance ended without leaving its group; its old membership is removed');
    } catch (thrown) {
      logger.warn(`the membership of the process that died could not be removed: ${asError(thrown).message}`);
    }
  }

  /** Notes the member in the background. A failure is logged. */
  remember(memberId: string): void {
    const { directory, logger } = this.parts;
    directory
      .rememberMember(memberId)
      .catch((thrown: unknown) => logger.warn(`the state directory can not be written: ${asError(thrown).message}`));
  }
}
