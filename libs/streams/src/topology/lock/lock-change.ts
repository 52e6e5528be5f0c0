/**
 * The effect of a change on what is there. `orphans`: state or records are left behind or can not be read; the
 * application must not start so. `restores`: local state is built anew from changelogs, which takes time. `harmless`:
 * nothing is lost.
 */
export type LockEffect = 'orphans' | 'restores' | 'harmless';

/** A difference between two locks, in words. */
export interface LockChange {
  readonly effect: LockEffect;
  /** The store, topic or sub-topology. */
  readonly where: string;
  /** The difference and its consequence. */
  readonly what: string;
  /** The ways to go on; none where the change is harmless. */
  readonly choices: readonly string[];
}

export const reset = 'let the application begin anew: `ouzel reset`';
export const newApplication = 'run it beside the old one, with another applicationId, until it has caught up';

export function harmless(where: string, what: string): LockChange {
  return { effect: 'harmless', where, what, choices: [] };
}
