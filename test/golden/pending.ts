/** What an operator or store that is not built yet says when a task is made from it; undefined for any other failure. Goes with the last of them. */
export function pendingPart(thrown: unknown): string | undefined {
  return thrown instanceof Error && /can not be (run|made) yet/.test(thrown.message) ? thrown.message : undefined;
}
