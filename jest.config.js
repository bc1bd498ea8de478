/** Jest with SWC: decorators keep their metadata, and type errors are the type checker's business (npm run typecheck). */
module.exports = {
  testEnvironment: 'node',
  roots: ['<rootDir>/test'],
  testMatch: ['**/*.test.ts'],
  // What the bench installs is nobody's test, and no module of ours.
  modulePathIgnorePatterns: ['<rootDir>/test/bench/peers/node_modules/'],
  // Minutes of random deaths of real processes: `npm run soak`.
  testPathIgnorePatterns: process.env.SOAK_MINUTES === undefined ? ['real-processes'] : [],
  globalSetup: '<rootDir>/test/support/global-setup.ts',
  globalTeardown: '<rootDir>/test/support/global-teardown.ts',
  setupFiles: ['reflect-metadata'],
  transform: {
    '^.+\\.(tsx?|c?js)$': [
      '@swc/jest',
      {
        jsc: {
          target: 'es2022',
          parser: { syntax: 'typescript', decorators: true },
          transform: { legacyDecorator: true, decoratorMetadata: true },
        },
        module: { type: 'commonjs' },
      },
    ],
  },
  // PGlite imports Node's modules with import(), which Jest's sandbox does not have; SWC turns it into require.
  transformIgnorePatterns: ['/node_modules/(?!@electric-sql/pglite/)'],
  // Generous: a busy machine is no failure, and what hangs is still found.
  testTimeout: 180_000,
  // Suites that wait for processes and clocks leave the core to others.
  maxWorkers: '100%',
};
