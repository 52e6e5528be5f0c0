/** Ends a command with the code for a fault or a difference that it has written already. */
export class DifferenceFound extends Error {}
