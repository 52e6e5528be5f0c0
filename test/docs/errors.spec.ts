import { readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { errorCodes } from '@ouzel/streams';

const path = join(resolve(import.meta.dirname, '../..'), 'docs/ERRORS.md');

/** docs/ERRORS.md is made from the codes: `UPDATE_DOCS=1 npm test -- errors` writes it. */
it('docs/ERRORS.md lists every error code with its sentence', () => {
  const rows = Object.entries(errorCodes).map(([code, sentence]) => `| \`${code}\` | ${sentence} |`);
  const page = `# Errors\n\nEvery error that Ouzel throws on purpose is an \`OuzelError\` with a \`code\`. It says what happened, where, and what would\nhelp.\n\n| code | meaning |\n|---|---|\n${rows.join('\n')}\n`;
  if (process.env.UPDATE_DOCS === '1') writeFileSync(path, page);
  expect(readFileSync(path, 'utf8')).toBe(page);
});
