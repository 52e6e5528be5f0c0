/**
 * Ends a command with the code for a fault or a difference. Without a message the command has written all that there is
 * to say.
 */
export class DifferenceFound extends Error {}
