/**
 * A header of a replayed record. Its value is the place of the dead letter that it was made from, `payment-dead-0@12`. A
 * record that fails again keeps it, so that its next dead letter shows the former one.
 */
export const replayHeader = '__ouzel.replay.of';
