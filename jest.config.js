/** Native ES modules; swc strips the types. `*.test.ts` by default, `npm run test:e2e` and `test:mutants` choose others. */
export default {
  testEnvironment: 'node',
  extensionsToTreatAsEsm: ['.ts'],
  transform: {
    '^.+\\.ts$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'es6' } },
    ],
  },
  testMatch: ['**/*.test.ts'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/dist', '<rootDir>/.local'],
  // By default jest leaves a core to the developer, which on two cores halves it.
  maxWorkers: '100%',
  testTimeout: 30_000,
};
