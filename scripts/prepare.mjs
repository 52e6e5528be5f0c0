// Runs after `npm install` in a clone: sets up the pre-commit hook. It does nothing on CI and without
// development dependencies.
const isForCommits = process.env.CI === undefined && process.env.NODE_ENV !== 'production';
const husky = isForCommits ? await import('husky').catch(() => undefined) : undefined;
const problem = husky?.default();
if (problem) console.warn(`no pre-commit hook: ${problem}`);
