export { errorCodes, type ErrorCode } from './codes.js';
export {
  OuzelError,
  TopologyError,
  SerdeError,
  StateError,
  FaultsError,
  asError,
  helpWith,
  whatOf,
  type ErrorParts,
  type Fault,
} from './ouzel-error.js';
