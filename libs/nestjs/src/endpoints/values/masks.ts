import { jsonValue } from './json.js';

const hidden = '•••';

/** Hides fields of keys and values by name (`iban`) or by path (`card.number`), at every depth. */
export class Masks {
  private readonly paths: readonly (readonly string[])[];

  constructor(fields: readonly string[]) {
    this.paths = fields.map((field) => field.split('.'));
  }

  /** Returns the value as data for JSON, with its hidden fields covered. */
  shown(value: unknown): unknown {
    return this.covered(jsonValue(value), []);
  }

  /**
   * Returns bytes as a person can read them: JSON where they are JSON, text where they are UTF-8, base64 otherwise.
   * Where fields are hidden, bytes that are no JSON object are not shown: nobody can tell what they hold.
   */
  shownBytes(bytes: Buffer | null): unknown {
    if (bytes === null) return null;
    const text = bytes.toString('utf8');
    const isText = Buffer.from(text, 'utf8').equals(bytes);
    const parsed = isText ? parsedJson(text) : undefined;
    if (parsed !== undefined && (typeof parsed === 'object' || this.paths.length === 0)) return this.covered(parsed, []);
    if (this.paths.length > 0) return { bytes: bytes.length };
    return isText ? text : { base64: bytes.toString('base64') };
  }

  private covered(value: unknown, path: readonly string[]): unknown {
    if (this.paths.length === 0) return value;
    if (Array.isArray(value)) return value.map((item) => this.covered(item, path));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, item]) => {
        const at = [...path, name];
        return [name, this.paths.some((masked) => endsWith(at, masked)) ? hidden : this.covered(item, at)];
      }),
    );
  }
}

function endsWith(path: readonly string[], end: readonly string[]): boolean {
  return end.length <= path.length && end.every((name, i) => path[path.length - end.length + i] === name);
}

function parsedJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
