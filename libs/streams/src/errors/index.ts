export { errorCodes, type ErrorCode } from './codes.js';
export { OuzelError, TopologyError, SerdeError, StateError, FaultsError, asError, whatOf, type ErrorParts } from './ouzel-error.js';
