import { describe, expect, test } from '@jest/globals';
import { InputError } from '../input-error.ts';
import { openTemplates } from '../template/open-templates.ts';
import { awsCatalogue } from './aws-catalogue.ts';
import { lookUp, mergeCatalogues } from './catalogue.ts';
import { metricFilters } from './metric-filters.ts';
import { parseCatalogue } from './read-catalogue.ts';

const aws = awsCatalogue();

describe('the catalogue of AWS', () => {
  test('holds 583 metrics of 26 namespaces, each with a public source', () => {
    expect(aws.entries).toHaveLength(583);
    expect(new Set(aws.entries.map(({ namespace }) => namespace)).size).toBe(26);
    for (const { sources, metric } of aws.entries) {
      expect({ metric, sources }).toEqual({
        metric,
        sources: expect.arrayContaining([
          expect.stringMatching(/^(https:\/\/docs\.aws|aws-cdk-lib |awsdocs\/)/),
        ]),
      });
    }
  });

  test.each([
    // what is asked, what is answered
    ['AWS/ApiGateway', '5XXError', ['Stage', 'ApiName'], 'known'],
    ['AWS/ApiGateway', '5XXError', ['ApiId', 'Stage'], 'disputed'],
    ['AWS/DynamoDB', 'UserErrors', ['TableName'], 'dead-dimensions'],
    ['AWS/DynamoDB', 'SystemErrors', ['TableName'], 'dead-dimensions'],
    ['AWS/CloudFront', '5xxErrorRate', ['DistributionId'], 'dead-dimensions'],
    ['AWS/WAFV2', 'BlockedRequests', ['WebACL'], 'incomplete'],
    ['AWS/Lambda', 'Error', ['FunctionName'], 'unknown-metric'],
    ['Shop', 'Orders', [], 'unknown-namespace'],
  ] as const)('answers for %s %s %j: %s', (namespace, metric, dimensions, kind) => {
    expect(lookUp(aws, namespace, metric, dimensions).kind).toBe(kind);
  });

  test('names the documented set that differs least', () => {
    expect(lookUp(aws, 'AWS/DynamoDB', 'WriteThrottleEvents', ['TableName', 'Zone'])).toMatchObject(
      {
        nearest: ['TableName'],
      },
    );
    expect(
      lookUp(aws, 'AWS/DynamoDB', 'WriteThrottleEvents', ['TableName', 'GlobalSecondaryIndex']),
    ).toMatchObject({ nearest: expect.arrayContaining(['GlobalSecondaryIndexName']) });
  });

  test.each([['Function'], ['functionName'], ['FuntionName']])(
    'names the documented set that %s most likely meant',
    (name) => {
      expect(lookUp(aws, 'AWS/Lambda', 'Errors', [name])).toMatchObject({
        kind: 'dead-dimensions',
        nearest: ['FunctionName'],
      });
    },
  );

  test('names none for a dimension that is like none', () => {
    expect(lookUp(aws, 'AWS/Lambda', 'Errors', ['Zone'])).toMatchObject({ nearest: [] });
  });

  test('is certain only of names that differ in case or are known to be absent', () => {
    const ask = (namespace: string, metric: string) => lookUp(aws, namespace, metric, []);
    expect(ask('AWS/ApiGateway', '5xxError')).toMatchObject({ certain: true, nearest: '5XXError' });
    expect(ask('AWS/Lambda', 'InitDuration')).toMatchObject({ certain: true });
    expect(ask('AWS/RDS', 'ReadIOPSx')).toMatchObject({ certain: false, nearest: 'ReadIOPS' });
  });
});

describe('a --catalogue file', () => {
  const row = { namespace: 'Shop', metric: 'Orders', unit: 'Count', dimensionSets: [['service']] };
  const parse = (rows: unknown) => parseCatalogue('shop.json', JSON.stringify(rows));

  test('makes its namespaces known in full', () => {
    const catalogue = mergeCatalogues(aws, parse([{ ...row, sampleMin: 0, sampleMax: 1 }]));
    expect(lookUp(catalogue, 'Shop', 'Orders', ['service']).kind).toBe('known');
    expect(lookUp(catalogue, 'Shop', 'Orders', []).kind).toBe('dead-dimensions');
    expect(lookUp(catalogue, 'Shop', 'Order', [])).toMatchObject({
      certain: true,
      nearest: 'Orders',
    });
    expect(lookUp(catalogue, 'AWS/Lambda', 'NewMetric', [])).toMatchObject({ certain: false });
  });

  test("does not make AWS's namespaces known in full", () => {
    const catalogue = mergeCatalogues(aws, parse([{ ...row, namespace: 'AWS/Lambda' }]));
    expect(lookUp(catalogue, 'AWS/Lambda', 'Orders', ['service']).kind).toBe('known');
    expect(lookUp(catalogue, 'AWS/Lambda', 'NewMetric', [])).toMatchObject({ certain: false });
  });

  test.each([
    ['an object', {}, /shop.json: the catalogue must be a list of metrics/],
    ['a row without a name', [row, { ...row, metric: undefined }], /row 2 metric must be a text/],
    ['flat dimensions', [{ ...row, dimensionSets: ['a'] }], /row 1 dimensionSets.0 must be a list/],
    ['a mistyped member', [{ ...row, dimensionSet: [] }], /dimensionSet; did you mean dimensionSe/],
    [
      'a range upside down',
      [{ ...row, sampleMin: 2, sampleMax: 1 }],
      /row 1 has a sampleMin above/,
    ],
    ['a range in words', [{ ...row, sampleMax: 'one' }], /row 1 sampleMax must be a number/],
  ])('with %s is refused in one sentence', (_, rows, message) => {
    expect(() => parse(rows)).toThrow(InputError);
    expect(() => parse(rows)).toThrow(message);
  });

  test('that is no JSON is refused', () => {
    expect(() => parseCatalogue('shop.json', '[{]')).toThrow(/shop.json: the JSON is broken/);
  });
});

describe('metric filters of a template', () => {
  const filterOf = (transformation: object) =>
    metricFilters(
      openTemplates([
        {
          file: 'a.json',
          body: {
            Resources: {
              Filter: {
                Type: 'AWS::Logs::MetricFilter',
                Properties: {
                  MetricTransformations: [
                    { MetricNamespace: 'Shop', MetricName: 'Refused', ...transformation },
                  ],
                },
              },
            },
          },
        },
      ]),
    );

  test('publish their metric with the range of their constant', () => {
    expect(filterOf({ MetricValue: '1', DefaultValue: 0 }).entries).toMatchObject([
      { namespace: 'Shop', metric: 'Refused', dimensionSets: [[]], sampleMin: 0, sampleMax: 1 },
    ]);
  });

  test('have an open range where the value comes from the event', () => {
    const { entries } = filterOf({
      MetricValue: '$.ms',
      Dimensions: [{ Key: 'Route', Value: '$.r' }],
    });
    expect(entries[0]).toMatchObject({ dimensionSets: [['Route']] });
    expect(entries[0]).not.toHaveProperty('sampleMax');
  });

  test('that cannot be resolved add nothing', () => {
    expect(filterOf({ MetricName: { 'Fn::ImportValue': 'elsewhere' } }).entries).toEqual([]);
  });
});
