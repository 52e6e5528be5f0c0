export { DeadLetters, type ListDeadLetters, type ReplayDeadLetters } from './dead-letters.js';
export type { DeadLetter, DeadLetterDetails, LetterPlace, RecordPlace, ShownHeader } from './dead-letter.js';
export type { DeadLetterFilter } from './dead-letter-filter.js';
export type { ReplayedLetter, ReplayReport, UnreplayedLetter } from './replay.js';
