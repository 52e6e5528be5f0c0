export { errorCodes, type ErrorCode } from './codes.js';
export {
  OuzelError,
  TopologyError,
  SerdeError,
  ValidationError,
  StateError,
  FaultsError,
  asError,
  helpWith,
  whatOf,
  type ErrorParts,
  type Fault,
  type ValidationIssue,
} from './ouzel-error.js';
