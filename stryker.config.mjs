/**
 * Mutation testing of what decides: `npm run mutation`. Changes the code of src/driver in every small way, and expects a test to
 * fail each time. What survives is in reports/mutation/mutation.html. A part only: `npm run mutation -- -m src/driver/guards.ts`.
 */
export default {
  mutate: ['src/driver/**/*.ts'],
  testRunner: 'jest',
  coverageAnalysis: 'perTest',
  concurrency: 2,
  // Generous: on a busy machine a slow test is not one that never ends, and would count as a mutant found out.
  timeoutMS: 60_000,
  jest: {
    enableFindRelatedTests: false,
    config: {
      testMatch: ['<rootDir>/test/driver/all-for-mutation.cjs'],
      // Pure tests need no servers.
      globalSetup: null,
      globalTeardown: null,
    },
  },
  reporters: ['progress-append-only', 'clear-text', 'html', 'json'],
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  thresholds: { high: 95, low: 90, break: 90 },
  ignorePatterns: ['/dist', '/data', '/reports', '/schema', '/src/console', '/src/sandbox'],
};
