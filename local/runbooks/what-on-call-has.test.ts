/** Alarms, boards and saved queries of the synthesized prod, held against the runbooks and the catalogue of metrics. */
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { lookUp, mergeCatalogues } from '../../cloudwatch/catalogue/catalogue.ts';
import { metricFilters } from '../../cloudwatch/catalogue/metric-filters.ts';
import { checkQuery } from '../../cloudwatch/insights/check-query.ts';
import { parseQuery } from '../../cloudwatch/insights/parse-query.ts';
import { openTemplates } from '../../cloudwatch/template/open-templates.ts';
import { readTemplates } from '../../cloudwatch/template/read-templates.ts';
import { alarms } from '../../services/contract/alarms.ts';
import { faultKinds } from '../faults/faults.ts';
import { readFaultRequest } from '../faults/read-fault-request.ts';
import { loadStage } from '../template/load-stage.ts';
import { widgetsOf } from './boards.ts';
import { readProofFiles, templatesOf } from './proof-files.ts';

const stage = await loadStage(join(import.meta.dirname, '../../cdk.out'), 'prod');
const { runbooks, catalogue } = await readProofFiles();
const queries = runbooks.flatMap(({ alarm, queries }) =>
  queries.map((query) => ({ ...query, alarm, name: `manara-prod/${alarm}/${query.id}` })),
);
const widgets = widgetsOf(stage);

const everyAlarm = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'].flatMap((type) =>
  stage.ofType(type).map(({ properties }) => ({
    name: String(properties['AlarmName']),
    description: String(properties['AlarmDescription']),
  })),
);
const idOf = (alarmName: string) => alarmName.replace('manara-prod-', '').split('--')[0] as string;

describe('alarms of prod', () => {
  test('are members of exactly the families of the contract', () => {
    expect([...new Set(everyAlarm.map(({ name }) => idOf(name)))].sort()).toEqual(
      Object.keys(alarms).sort(),
    );
  });

  test('say what they mean within CloudWatch’s 1,024 characters, and link to their runbook and board', () => {
    const bad = everyAlarm.filter(({ name, description }) => {
      const { board } = alarms[idOf(name) as keyof typeof alarms];
      const links = description.includes(`/${idOf(name)}.md`) && description.endsWith(`-${board}`);
      return !links || description.length > 1024;
    });
    expect(bad).toEqual([]);
  });

  test('are each drawn by the widget that their runbook names', () => {
    const missing = runbooks.filter(
      ({ dashboard }) =>
        !widgets.some(
          ({ board, title }) => board === dashboard.board && title === dashboard.widget,
        ),
    );
    expect(missing.map(({ alarm }) => alarm)).toEqual([]);
  });
});

describe('queries of the runbooks', () => {
  test.each(queries)('$name is one that CloudWatch takes as it is meant', ({ query }) => {
    expect(checkQuery(parseQuery(query))).toEqual([]);
  });

  test('are what is saved in Logs Insights, with the right log groups', () => {
    const groups = {
      functions: stage
        .ofType('AWS::Lambda::Function')
        .map(({ ref }) => `/aws/lambda/${ref}`)
        .sort(),
      access: ['/manara/prod/access'],
      execution: [
        `API-Gateway-Execution-Logs_${stage.ofType('AWS::ApiGateway::RestApi')[0]?.ref}/prod`,
      ],
    };
    const saved = stage.ofType('AWS::Logs::QueryDefinition').map(({ properties }) => ({
      name: properties['Name'],
      query: properties['QueryString'],
      groups: [...properties['LogGroupNames']].sort(),
    }));
    const byName = (a: { name: string }, b: { name: string }) => (a.name < b.name ? -1 : 1);
    expect(saved.sort(byName)).toEqual(
      queries
        .map(({ name, query, logGroups }) => ({
          name,
          query: query.trim(),
          groups: logGroups.flatMap((source) => groups[source]).sort(),
        }))
        .sort(byName),
    );
  });
});

describe('faults of the runbooks', () => {
  const routes = stage
    .ofType('AWS::ApiGateway::Method')
    .map(({ properties }) => properties['OperationName'])
    .filter(Boolean);

  test.each(runbooks)(
    '$alarm: its fault is one that the local runtime takes, or has a reason',
    ({ fault }) => {
      if ('scenario-only' in fault) return;
      const { route, ...request } = fault;
      expect(() => readFaultRequest(request, [])).not.toThrow();
      expect(faultKinds).toContain(fault.kind);
      expect(route === undefined || routes.length > 0).toBe(true);
    },
  );
});

describe('widgets', () => {
  const published = async () => {
    const templates = openTemplates(await readTemplates(await templatesOf('prod')));
    return mergeCatalogues(catalogue, metricFilters(templates));
  };

  test('draw only metrics that somebody publishes', async () => {
    const known = await published();
    const dead = widgets.flatMap(({ board, title, metrics }) =>
      metrics
        .filter(
          ({ namespace, name, dimensions }) =>
            lookUp(known, namespace, name, Object.keys(dimensions)).kind !== 'known',
        )
        .map(({ namespace, name, dimensions }) => ({ board, title, namespace, name, dimensions })),
    );
    expect(dead).toEqual([]);
  });

  test('ask their logs in queries that CloudWatch takes', () => {
    const asked = widgets.flatMap(({ query }) => query ?? []);
    expect(asked.length).toBeGreaterThan(0);
    for (const query of asked) {
      const [, text = ''] = /^(?:SOURCE '[^']+'\s*\|\s*)+(.*)$/s.exec(query) ?? [];
      expect(checkQuery(parseQuery(text))).toEqual([]);
    }
  });
});
