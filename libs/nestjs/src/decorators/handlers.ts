import type {
  DeserializationHandler,
  DroppedRecord,
  ProcessingHandler,
  ProductionHandler,
  RestoreEvent,
  StateListener,
  UncaughtHandler,
} from '@ouzel/streams';
import { addMark, type HandlerKind } from './marks.js';

export interface HandlerOptions {
  /** The application, where a process has several: the `name` of its OuzelModule. Default: the one without a name. */
  app?: string;
}

/** The functions among the values that a setting accepts. */
export type FunctionOf<Handler> = Extract<Handler, (...args: never[]) => unknown>;

/** Decorates a method of any provider that fits. The method may have fewer parameters. */
export type HandlerDecorator<Fits> = <M extends Fits>(target: object, name: string, descriptor: TypedPropertyDescriptor<M>) => void;

/** A listener: what it returns does not matter, and a promise that it returns is not waited for. */
export type Hears<Args extends readonly unknown[]> = (...args: Args) => unknown;

/**
 * The method is called with each record that went no further, and the reason. There may be several. One that throws is
 * logged and changes nothing.
 */
export function OnDropped(options?: HandlerOptions): HandlerDecorator<Hears<[DroppedRecord]>> {
  return handler('onDropped', options);
}

/**
 * The method is called when the state of the application changes: `(to, from)`. There may be several. One that throws
 * is logged and changes nothing.
 */
export function OnStateChange(options?: HandlerOptions): HandlerDecorator<Hears<Parameters<StateListener>>> {
  return handler('onStateChange', options);
}

/**
 * The method is called when the restore of a store begins, goes on and ends. There may be several. One that throws is
 * logged and changes nothing.
 */
export function OnRestore(options?: HandlerOptions): HandlerDecorator<Hears<[RestoreEvent]>> {
  return handler('onRestore', options);
}

/**
 * The method decides about a record that can not be decoded, or does not fit its schema: `(error, record, context)`. It
 * is the application's `deserializationHandler`, so there is one.
 */
export function OnDeserializationError(options?: HandlerOptions): HandlerDecorator<FunctionOf<DeserializationHandler>> {
  return handler('onDeserializationError', options);
}

/**
 * The method decides about a record on which user code fails: `(error, record, context)`. It is the application's
 * `processingHandler`, so there is one.
 */
export function OnProcessingError(options?: HandlerOptions): HandlerDecorator<FunctionOf<ProcessingHandler>> {
  return handler('onProcessingError', options);
}

/**
 * The method decides about a record that can not be written: `(error, record, context, stage)`. It is the application's
 * `productionHandler`, so there is one.
 */
export function OnProductionError(options?: HandlerOptions): HandlerDecorator<FunctionOf<ProductionHandler>> {
  return handler('onProductionError', options);
}

/**
 * The method decides what becomes of the client when one of its tasks fails: `(error)`. It is the application's
 * `uncaughtHandler`, so there is one.
 */
export function OnUncaughtError(options?: HandlerOptions): HandlerDecorator<FunctionOf<UncaughtHandler>> {
  return handler('onUncaughtError', options);
}

function handler(kind: HandlerKind, options: HandlerOptions = {}): (target: object, name: string) => void {
  const decorator = `@${kind[0]!.toUpperCase()}${kind.slice(1)}`;
  return (target, name) => addMark(target, name, { kind, decorator, given: undefined, options: { ...options } });
}
