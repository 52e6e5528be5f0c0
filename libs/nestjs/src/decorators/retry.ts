import type { RetryOptions } from '@ouzel/streams';
import { addMark } from './marks.js';
import type { MemberDecorator } from './operator.js';
import type { Configurable } from './options.js';

/**
 * The method is called again when it fails. Its task waits between the attempts: records stay in their order,
 * heartbeats and other tasks go on. After the last attempt the processing handler decides. Equal to the option `retry`
 * of the operator. It stands beside the decorator of an operator that calls its method once for each record: `@Filter`,
 * `@FilterNot`, `@Map`, `@MapValues`, `@FlatMap`, `@FlatMapValues`, `@SelectKey`, `@MapHeaders`, `@Peek`, `@ForEach`,
 * `@On` and `@AsyncMapValues`.
 *
 * ```ts
 * @MapValues('payments')
 * @Retry({ attempts: 5, backoff: '200ms', maxBackoff: '10s', on: (error) => error instanceof RatesAreLate })
 * inEuro(payment: Payment): Payment { … }
 * ```
 */
export function Retry(options: Configurable<RetryOptions>): MemberDecorator {
  return (target, name) => addMark(target, name, { kind: 'retry', decorator: '@Retry', given: options, options: {} });
}
