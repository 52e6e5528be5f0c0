import { inspect } from 'node:util';

const shown = '[secret]';

/**
 * Holds a value that no print shows: not `console.log`, not `util.inspect`, not `JSON.stringify`, not a template. Only
 * `reveal` returns it.
 */
export class Secret<T> {
  readonly #value: T;

  constructor(value: T) {
    this.#value = value;
  }

  /** Returns the value as a secret; one that is a secret already stays the same. */
  static of<T>(value: T | Secret<T>): Secret<T> {
    return value instanceof Secret ? value : new Secret(value);
  }

  reveal(): T {
    return this.#value;
  }

  toString(): string {
    return shown;
  }

  toJSON(): string {
    return shown;
  }

  [inspect.custom](): string {
    return shown;
  }
}
