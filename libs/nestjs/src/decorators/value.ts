import type { PipeTransform, Type } from '@nestjs/common';
import { addMark } from './marks.js';

/**
 * The parameter is the value of the record, and these pipes of Nest transform it before the method is called. A pipe
 * that throws hands the record to the processing handler. A pipe that returns a promise lets the task wait. Without
 * pipes the decorator has no effect.
 *
 * ```ts
 * @MapValues('payments')
 * inEuro(@Value(new ValidationPipe({ transform: true })) payment: PaymentDto): PaymentDto { … }
 * ```
 */
export function Value(...pipes: readonly (PipeTransform | Type<PipeTransform>)[]): ParameterDecorator {
  return (target, name, parameter) => addMark(target, name, { kind: 'value', decorator: '@Value', given: pipes, options: {}, parameter });
}
