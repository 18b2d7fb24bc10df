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

test('every missing or empty variable is named at once', () => {
  expect(() => readEnvironment({ STAGE: '', TABLE_NAME: 'items' })).toThrow(
    'Environment variables missing: STAGE, ALLOWED_ORIGIN',
  );
});
