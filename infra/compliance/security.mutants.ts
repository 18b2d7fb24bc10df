/** Each way of weakening prod that we could think of: the gate or the least-privilege matrix must name every one. */
import { afterAll, describe, expect, test } from '@jest/globals';
import { stageNamed } from '../stages.ts';
import { type Template, type Templates, templatesOf } from '../templates.ts';
import {
  expectedFunctionGrants,
  expectedOtherGrants,
  expectedPrincipals,
  expectedTableDenials,
} from './expected-privileges.ts';
import { functionGrants, otherGrants, tableDenials } from './least-privilege.ts';
import { functionMutants } from './mutants/function-mutants.ts';
import { gatewayMutants } from './mutants/gateway-mutants.ts';
import { iamMutants } from './mutants/iam-mutants.ts';
import type { Mutants, Mutation } from './mutants/mutation.ts';
import { siteMutants } from './mutants/site-mutants.ts';
import { tableMutants } from './mutants/table-mutants.ts';
import { templateMutants } from './mutants/template-mutants.ts';
import { principalsOf } from './principals.ts';
import { runPacks } from './run-packs.ts';
import { strictRules } from './strict-checks.ts';
import { suppressions } from './suppressions.ts';

const prod = stageNamed('prod');

const mutants: Mutants = {
  ...iamMutants,
  ...tableMutants,
  ...functionMutants,
  ...gatewayMutants,
  ...siteMutants,
};

const isListed = (rule: string, path: string) =>
  suppressions.some(
    (row) => row.only === undefined && row.rule === rule && row.paths.includes(path),
  );

function caughtByMatrix({ Api, ...others }: Templates): readonly string[] {
  const all = { Api, ...others } as Record<string, Template>;
  const same = (actual: readonly string[], expected: readonly string[]) =>
    JSON.stringify(actual) === JSON.stringify(expected);
  const checks = {
    'function grants': same(functionGrants(Api!), expectedFunctionGrants('prod')),
    'other grants': same(otherGrants(Api!), expectedOtherGrants('prod', prod.region)),
    'table policy': same(tableDenials(Api!), expectedTableDenials(prod.breakGlassRole)),
    principals: Object.entries(all).every(([name, template]) =>
      same(principalsOf(template), [...(expectedPrincipals[name] ?? [])].sort()),
    ),
  };
  return Object.entries(checks).flatMap(([name, fine]) => (fine ? [] : [`matrix: ${name}`]));
}

function caught(change: Mutation): readonly string[] {
  const { findings, templates } = runPacks('prod', prod, { change });
  const rules = findings.filter(({ rule, path }) => !isListed(rule, path)).map(({ rule }) => rule);
  return [...new Set(rules), ...caughtByMatrix(templates)];
}

describe('mutants of prod', () => {
  const score = { killed: 0, total: 0 };
  const record = (name: string, by: readonly string[]) => {
    score.total += 1;
    score.killed += by.length > 0 ? 1 : 0;
    expect({ mutant: name, caught: by.length > 0 }).toEqual({ mutant: name, caught: true });
  };

  test('without a mutation nothing is caught', () => {
    expect(caught(() => {})).toEqual([]);
  });

  test.each(Object.keys(mutants))('%s', (name) => {
    record(name, caught(mutants[name]!));
  });

  test.each(Object.keys(templateMutants))('%s', (name) => {
    const templates = templatesOf(prod);
    templateMutants[name]!(templates['Api'] as never);
    const rules = strictRules.filter((rule) => [...rule.check(templates['Api']!, prod)].length > 0);
    record(name, [...rules.map(({ id }) => id), ...caughtByMatrix(templates)]);
  });

  afterAll(() => {
    console.log(`mutants killed: ${score.killed} of ${score.total}`);
  });
});
