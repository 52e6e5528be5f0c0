export type { Named } from './named.js';
export type { Consumed } from './consumed.js';
export type { Produced } from './produced.js';
export type { Grouped } from './grouped.js';
export type { Repartitioned } from './repartitioned.js';
export type { Stored } from './stored.js';
export type { Joined, StreamJoined, ForeignKeyJoined } from './joined.js';
