import type { StandardSchema } from '@ouzel/streams';
import { plainToInstance } from 'class-transformer';
import { getMetadataStorage, validateSync, type ValidationError, type ValidatorOptions } from 'class-validator';

interface Issue {
  readonly message: string;
  readonly path: readonly string[];
}

/**
 * Returns a Standard Schema of a class with decorators of class-validator: values become instances of the class, as
 * class-transformer makes them. Properties without a decorator are left out, unless `options` says otherwise. Validators
 * that are asynchronous are refused with OUZEL_SCHEMA_ASYNC when the first record is read.
 *
 * ```ts
 * @Source('payment', { key: serdes.string, value: serdes.json({ schema: classSchema(PaymentDto) }) })
 * readonly payments!: KStream<string, PaymentDto>;
 * ```
 */
export function classSchema<T extends object>(type: new () => T, options: ValidatorOptions = {}): StandardSchema<T> {
  const rules = { whitelist: true, forbidUnknownValues: true, ...options };
  const validate = (value: unknown): unknown => {
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { issues: [{ message: `must be an object of ${type.name}`, path: [] }] };
    const instance = plainToInstance(type, value);
    // class-validator leaves such validators out when it is asked for a result at once, and would let each value pass.
    if (hasAsyncValidators(instance)) return Promise.resolve();
    const errors = validateSync(instance, rules);
    return errors.length === 0 ? { value: instance } : { issues: errors.flatMap((error) => issuesOf(error, [])) };
  };
  return { '~standard': { version: 1, vendor: 'class-validator', validate } };
}

function issuesOf({ property, constraints = {}, children = [] }: ValidationError, above: readonly string[]): Issue[] {
  const path = [...above, property];
  const own = Object.values(constraints).map((message) => ({ message, path }));
  return [...own, ...children.flatMap((child) => issuesOf(child, path))];
}

/** Whether a class has validators that return promises, its parents' included. */
const asyncClasses = new WeakMap<object, boolean>();

/** Returns whether the class of an object, or of one in it, has such validators. */
function hasAsyncValidators(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { constructor } = value;
  if (typeof constructor === 'function' && constructor !== Object && constructor !== Array && isAsyncClass(constructor)) return true;
  return Object.values(value).some(hasAsyncValidators);
}

function isAsyncClass(type: object): boolean {
  const known = asyncClasses.get(type);
  if (known !== undefined) return known;
  const storage = getMetadataStorage();
  const found = storage
    .getTargetValidationMetadatas(type as never, '', true, false)
    .some(
      ({ constraintCls }) => constraintCls !== undefined && storage.getTargetValidatorConstraints(constraintCls).some(({ async }) => async),
    );
  asyncClasses.set(type, found);
  return found;
}
