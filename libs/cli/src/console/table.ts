import { styled, type Console } from './console.js';

/** Returns rows as lines of text whose columns stand below each other. Numbers stand at the right. */
export function tableText(console: Console, head: readonly string[], rows: readonly (readonly (string | number | null)[])[]): string {
  const cells = rows.map((row) => row.map((cell) => (cell === null ? '-' : String(cell))));
  const widths = head.map((title, i) => Math.max(title.length, ...cells.map((row) => row[i]!.length)));
  const isNumber = head.map((_, i) => rows.some((row) => typeof row[i] === 'number'));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => (isNumber[i] ? cell.padStart(widths[i]!) : cell.padEnd(widths[i]!)))
      .join('  ')
      .trimEnd();
  return [styled(console, 'bold', line(head)), ...cells.map(line)].map((text) => `${text}\n`).join('');
}
