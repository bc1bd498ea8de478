const tseslint = require('typescript-eslint');
const reactHooks = require('eslint-plugin-react-hooks');
const documentedExports = require('./eslint-rules/documented-exports.cjs');

/** Rooms in which every export has its sentence of contract; the others follow as they are changed. */
const DOCUMENTED = ['src/config/**', 'src/platform/**', 'src/store/embedded/**', 'src/console/**'];

module.exports = tseslint.config(
  {
    ignores: [
      'dist/**',
      'data/**',
      'coverage/**',
      '**/generated/**',
      '*.js',
      '**/*.cjs',
      '**/*.mjs',
      'src/console/assets/**',
      'reports/**',
      '.stryker-tmp/**',
    ],
  },
  ...tseslint.configs.strict,
  {
    languageOptions: { parserOptions: { projectService: true } },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: false }],
      '@typescript-eslint/await-thenable': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/no-extraneous-class': 'off',
      '@typescript-eslint/no-invalid-void-type': 'off',
      '@typescript-eslint/no-unused-vars': ['error', { argsIgnorePattern: '^_', varsIgnorePattern: '^_' }],
      'max-lines-per-function': ['error', { max: 90, skipBlankLines: true, skipComments: true }],
      'no-console': 'error',
    },
  },
  {
    files: DOCUMENTED,
    plugins: { house: { rules: { 'documented-exports': documentedExports } } },
    rules: { 'house/documented-exports': 'error' },
  },
  {
    files: ['src/console/app/**'],
    plugins: { 'react-hooks': reactHooks },
    rules: { 'react-hooks/rules-of-hooks': 'error', 'react-hooks/exhaustive-deps': 'error' },
  },
  {
    files: ['test/**'],
    rules: { 'max-lines-per-function': 'off', '@typescript-eslint/no-non-null-assertion': 'off' },
  },
);
