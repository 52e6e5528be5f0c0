/**
 * Reads the text of a file of Java properties (java.util.Properties): `key=value`, `key: value` or `key value`, with
 * comments behind `#` and `!` at the beginning of a line, escapes, and lines that a backslash continues.
 */
export function parseProperties(text: string): Readonly<Record<string, string>> {
  const lines = text
    .replace(/^\s*[#!].*$/gm, '')
    .replace(/(?<!\\)((?:\\\\)*)\\\r?\n[ \t\f]*/g, '$1')
    .split(/\r?\n|\r/);
  return Object.fromEntries(lines.flatMap(entryOf));
}

function entryOf(line: string): [key: string, value: string][] {
  const [, key, value] = /^[ \t\f]*((?:\\.|[^\\:= \t\f])+)(?:[ \t\f]*[:=]|[ \t\f]|$)[ \t\f]*(.*)$/s.exec(line) ?? [];
  return key === undefined ? [] : [[unescaped(key), unescaped(value!)]];
}

const letters: Readonly<Record<string, string>> = { t: '\t', n: '\n', r: '\r', f: '\f' };

function unescaped(text: string): string {
  return text.replace(/\\(?:u([0-9a-fA-F]{4})|(.))/gs, (_all, code: string | undefined, letter: string | undefined) =>
    code !== undefined ? String.fromCharCode(parseInt(code, 16)) : (letters[letter!] ?? letter!),
  );
}
