import { OuzelError } from '@ouzel/core';

/** Why a store can not be asked. */
export type Unavailability =
  'not-started' | 'rebalancing' | 'restoring' | 'migrated' | 'stopped' | 'elsewhere' | 'unreachable' | 'refused' | 'busy' | 'behind';

const help: Readonly<Record<Unavailability, string>> = {
  'not-started': 'The client is still connecting; try again.',
  rebalancing: 'Tasks are being shared out; try again.',
  restoring: 'The store is being restored from its changelog; readiness says how far.',
  migrated: 'The task is moving to another instance; try again.',
  stopped: 'The client is closed.',
  elsewhere: 'Ask the owner, or let instances ask each other: `queries.secret` and `queries.listen`.',
  unreachable: 'The instance that has it does not respond; try again.',
  refused: 'The instance that has it does not accept requests of this one: compare `queries.secret`, certificates and clocks.',
  busy: 'The instance that has it responds to too many queries; try again.',
  behind: 'The store has not reached the position that was asked for; try again.',
};

export const unavailabilities = Object.keys(help) as readonly Unavailability[];

/**
 * Thrown when a store cannot be asked now, or not on this instance. With the reason 'elsewhere', another instance has
 * the key and can not be asked from here: `queries` is not set, or that instance has no address that may be asked.
 * `owner` is its `applicationServer`; null when it has none.
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
          : `store "${store}" cannot be asked: ${reason}${owner === null ? '' : `, ${owner}`}`,
      help: help[reason],
    });
  }
}
