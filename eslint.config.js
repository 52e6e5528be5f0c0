import js from '@eslint/js';
import ts from 'typescript-eslint';

export default ts.config(
  { ignores: ['**/dist/**', 'node_modules/**', 'coverage/**', '.kafka/**', 'docs/site/.vitepress/.temp/**', 'test/docs/.generated/**'] },
  // A rule is switched off only with a reason: `-- why` behind the directive (test/tidy.spec.ts).
  { linterOptions: { reportUnusedDisableDirectives: 'error' } },
  js.configs.recommended,
  {
    files: ['**/*.ts'],
    extends: [...ts.configs.recommendedTypeChecked],
    languageOptions: { parserOptions: { project: './tsconfig.json', tsconfigRootDir: import.meta.dirname } },
    rules: {
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      // An interface of its own gives a derived type a name and a comment.
      '@typescript-eslint/no-empty-object-type': ['error', { allowInterfaces: 'with-single-extends' }],
      // `void | Promise<void>` is the type of a callback that may be asynchronous.
      '@typescript-eslint/no-invalid-void-type': 'off',
      // A method of an interface that returns a promise may have nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // `expect(mock.method)`, and functions that are passed on without being called.
      '@typescript-eslint/unbound-method': 'off',
      // `unknown | undefined` says that nothing may be there.
      '@typescript-eslint/no-redundant-type-constituents': 'off',
    },
  },
  {
    // Jest's matchers are typed as any: `expect.stringContaining('…')` in what is expected.
    files: ['**/*.{spec,kafka-spec,packages-spec}.ts'],
    rules: { '@typescript-eslint/no-unsafe-assignment': 'off', '@typescript-eslint/no-unsafe-argument': 'off' },
  },
  {
    // The bench of operators gives and takes records of every type, and recorded bytes are read as JSON.
    files: ['libs/streams/src/operators/**/*.{spec,spec-support}.ts', 'libs/streams/src/state/byte-vectors.spec.ts'],
    rules: {
      '@typescript-eslint/no-explicit-any': 'off',
      '@typescript-eslint/no-unsafe-call': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/no-unsafe-return': 'off',
    },
  },
  {
    files: ['**/*.mjs', '**/*.js', '**/*.cjs'],
    languageOptions: {
      globals: {
        process: 'readonly',
        console: 'readonly',
        setTimeout: 'readonly',
        clearTimeout: 'readonly',
        setInterval: 'readonly',
        clearInterval: 'readonly',
        URL: 'readonly',
        Buffer: 'readonly',
        fetch: 'readonly',
      },
    },
  },
  { files: ['**/*.cjs'], languageOptions: { globals: { require: 'readonly', module: 'writable' } } },
);
