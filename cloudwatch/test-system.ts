/** For tests: a template made of a few resources, its alarms, and scenarios run against them. */
import { readAlarms } from './alarms/read-alarms.ts';
import { chooseReadings } from './readings.ts';
import { evaluateScenario, type ScenarioOptions } from './scenario/evaluate-scenario.ts';
import { parseScenarios } from './scenario/read-scenarios.ts';
import { openTemplates } from './template/open-templates.ts';

export type Properties = Readonly<Record<string, unknown>>;

/** An alarm on `Sum` of metric `M` in namespace `N`, above 5 in 1 of 1 minutes, unless the properties say otherwise. */
export const alarm = (properties: Properties = {}, metadata: Properties = {}) => ({
  Type: 'AWS::CloudWatch::Alarm',
  Metadata: metadata,
  Properties: {
    Namespace: 'N',
    MetricName: 'M',
    Statistic: 'Sum',
    Period: 60,
    EvaluationPeriods: 1,
    Threshold: 5,
    ComparisonOperator: 'GreaterThanThreshold',
    ...properties,
  },
});

/** An alarm on expressions: plain text is an expression (the first returns data), an object a MetricStat of namespace N. */
export const mathAlarm = (
  metrics: Readonly<Record<string, string | { readonly name: string; readonly stat: string }>>,
  { period = 60, ...properties }: Properties & { readonly period?: number } = {},
) => {
  const { Namespace, MetricName, Statistic, Period, ...rest } = alarm().Properties;
  return {
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      ...rest,
      Metrics: Object.entries(metrics).map(([Id, given], index) => ({
        Id,
        ReturnData: index === 0,
        ...(typeof given === 'string'
          ? { Expression: given }
          : {
              MetricStat: {
                Metric: { Namespace: 'N', MetricName: given.name },
                Period: period,
                Stat: given.stat,
              },
            }),
      })),
      ...properties,
    },
  };
};

export const composite = (rule: string, properties: Properties = {}) => ({
  Type: 'AWS::CloudWatch::CompositeAlarm',
  Properties: { AlarmRule: rule, ...properties },
});

export const topic = (name: string, metadata: Properties = {}) => ({
  Type: 'AWS::SNS::Topic',
  Metadata: metadata,
  Properties: { TopicName: name },
});

type Resource = ReturnType<typeof alarm | typeof mathAlarm | typeof composite | typeof topic>;

export function testSystem(
  resources: Readonly<Record<string, Resource>>,
  readings: Readonly<Record<string, string>> = {},
) {
  const templates = openTemplates([{ file: 'test.json', body: { Resources: resources } }]);
  const chosen = chooseReadings(readings);
  const alarms = readAlarms(templates, chosen);
  const scenarios = (text: string) => parseScenarios('test.yaml', text, templates);
  return {
    alarms,
    templates,
    scenarios,
    evaluate: (text: string, options: ScenarioOptions = {}) =>
      evaluateScenario(alarms, scenarios(text)[0]!, { readings: chosen, ...options }),
    /** What the one alarm does, minutes from the start, under the documented range. */
    timeline(values: string, { every = '60s', extra = '' } = {}) {
      const result = this.evaluate(scenario({ M: values }, { every, extra }), { ranges: ['doc'] });
      const outcome = [...result.runs[0]!.outcomes.values()].at(-1)!;
      if (!outcome.history) throw new Error(outcome.notEvaluated);
      const start = result.scenario.start;
      return outcome.history.transitions.map(({ time, to }) => `${(time - start) / 60_000}m ${to}`);
    },
  };
}

/** A scenario's text: values by metric of namespace N, and further YAML. */
export const scenario = (
  metrics: Readonly<Record<string, string>>,
  { every = '60s', extra = '', expect = "[{ alarm: '*', never: INSUFFICIENT_DATA }]" } = {},
) => `name: test
start: 2026-01-05T00:00:00Z
series:
${Object.entries(metrics)
  .map(
    ([name, values]) =>
      `  - { metric: { namespace: N, name: ${name} }, every: ${every}, values: "${values}"${extra} }`,
  )
  .join('\n')}
expect: ${expect}
`;
