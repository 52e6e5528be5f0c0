export { Place, reader, type Reader, type RequiredSetting, type Setting, type Settings } from './reader.js';
export {
  anything,
  bytes,
  callback,
  duration,
  flag,
  having,
  integer,
  isObject,
  maxInt32,
  oneOf,
  secret,
  text,
  texts,
  wordOrFunction,
} from './readers.js';
export {
  group,
  namesOf,
  optional,
  readSettings,
  required,
  reserved,
  setting,
  type ConfigOf,
  type InputOf,
  type IsRequired,
  type OptionalOf,
  type OutputOf,
  type RequiredOf,
  type Resolved,
} from './setting.js';
export { nearest, type KnownName } from './nearest.js';
