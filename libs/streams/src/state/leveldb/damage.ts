/** The files of a database are not as LevelDB left them. The message completes "local state can not be used, …". */
export class Damage extends Error {}
