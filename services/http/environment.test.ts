import { expect, test } from '@jest/globals';
import { readEnvironment } from './environment.ts';

test('settings are read from the variables that the contract names', () => {
  const variables = { TABLE_NAME: 'items', STAGE: 'dev', ALLOWED_ORIGIN: '*', OTHER: 'x' };
  expect(readEnvironment(variables)).toEqual({
    tableName: 'items',
    stage: 'dev',
    allowedOrigin: '*',
  });
});

test.each([
  [{ STAGE: 'dev', TABLE_NAME: 'items' }, 'ALLOWED_ORIGIN'],
  [{ STAGE: '', TABLE_NAME: 'items' }, 'STAGE, ALLOWED_ORIGIN'],
])('of %j every variable is named that is missing or empty: %s', (variables, missing) => {
  expect(() => readEnvironment(variables)).toThrow(`Environment variables missing: ${missing}`);
});
