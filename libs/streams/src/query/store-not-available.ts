import { OuzelError } from '@ouzel/core';

export type Unavailability = 'not-started' | 'rebalancing' | 'restoring' | 'migrated' | 'stopped' | 'elsewhere';

const help: Readonly<Record<Unavailability, string>> = {
  'not-started': 'The client is still connecting; try again.',
  rebalancing: 'Tasks are being shared out; try again.',
  restoring: 'The store is being restored from its changelog; readiness says how far.',
  migrated: 'The task is moving to another instance; try again.',
  stopped: 'The client is closed.',
  elsewhere: 'Ask the owner.',
};

/**
 * Thrown when a store cannot be asked now, or not on this instance. With the reason 'elsewhere', `owner` is the
 * `applicationServer` of the instance that has the key; null when that instance has none.
 */
export class StoreNotAvailableError extends OuzelError {
  /**
   * Recognises the error by its code: a layer above may give it another form, as the Nest module does with an
   * HttpException.
   */
  static override [Symbol.hasInstance](value: unknown): boolean {
    return value instanceof Error && 'code' in value && value.code === 'OUZEL_STORE_NOT_AVAILABLE';
  }

  constructor(
    readonly store: string,
    readonly reason: Unavailability,
    readonly owner: string | null = null,
  ) {
    super('OUZEL_STORE_NOT_AVAILABLE', {
      what:
        reason === 'elsewhere'
          ? `store "${store}" has this key on another instance${owner === null ? '' : `, ${owner}`}`
          : `store "${store}" cannot be asked: ${reason}`,
      help: help[reason],
    });
  }
}
