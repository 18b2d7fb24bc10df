import { describe, expect, test } from '@jest/globals';
import { stageNamed } from '../stages.ts';
import { templatesOf } from '../templates.ts';
import { configurations } from '../variants.ts';
import {
  expectedFunctionGrants,
  expectedOtherGrants,
  expectedPrincipals,
  expectedTableDenials,
} from './expected-privileges.ts';
import { functionGrants, otherGrants, tableDenials } from './least-privilege.ts';
import { principalsOf } from './principals.ts';

describe('least privilege', () => {
  test.each(Object.entries(configurations))('holds exactly in %s', (_, settings) => {
    const { Api } = templatesOf(settings);
    expect(functionGrants(Api!)).toEqual(expectedFunctionGrants(settings.stage));
    expect(tableDenials(Api!)).toEqual(expectedTableDenials(settings.breakGlassRole));
  });

  const prod = stageNamed('prod');
  const templates = templatesOf(prod);

  test('holds for the roles that are no function’s', () => {
    expect(otherGrants(templates['Api']!)).toEqual(expectedOtherGrants('prod', prod.region));
    expect(otherGrants(templates['Notify']!)).toEqual([]);
    expect(otherGrants(templates['Web']!)).toEqual([]);
  });

  test.each(Object.keys(templates))('%s names only the principals of the allow-list', (stack) => {
    expect(principalsOf(templates[stack]!)).toEqual([...(expectedPrincipals[stack] ?? [])].sort());
  });
});
