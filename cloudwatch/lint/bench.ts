/** How long linting takes as templates grow. Called by `npm run bench`. */
import { openTemplates } from '../template/open-templates.ts';
import { lintTemplates } from './lint-templates.ts';

export interface LintTiming {
  readonly resources: number;
  readonly milliseconds: number;
}

const perService = 5;

/** Times the lint of one template with so many resources, four fifths of them alarms that notify one topic. */
export function timeLint(resources = 500): LintTiming {
  const body: { Resources: Record<string, { Type: string }> } = {
    Resources: { Topic: { Type: 'AWS::SNS::Topic' } },
  };
  for (let index = 0; index < (resources - 1) / perService; index += 1) {
    Object.assign(body.Resources, service(index));
  }
  const before = performance.now();
  const templates = openTemplates([{ file: 'large.template.json', body, region: 'eu-west-1' }]);
  lintTemplates(templates);
  return { resources: templates.resources.length, milliseconds: performance.now() - before };
}

/** A function and four alarms: two on it, one on a ratio, one composite of the two. */
function service(index: number) {
  const own = (metric: string, Stat: string) => ({
    Stat,
    Period: 300,
    Metric: {
      Namespace: 'AWS/Lambda',
      MetricName: metric,
      Dimensions: [{ Name: 'FunctionName', Value: { Ref: `Function${index}` } }],
    },
  });
  const alarm = (properties: object) => ({
    Type: 'AWS::CloudWatch::Alarm',
    Properties: {
      EvaluationPeriods: 3,
      ComparisonOperator: 'GreaterThanThreshold',
      TreatMissingData: 'notBreaching',
      AlarmActions: [{ Ref: 'Topic' }],
      ...properties,
    },
  });
  const { Metric, Period, Stat: Statistic } = own('Errors', 'Sum');
  return {
    [`Function${index}`]: { Type: 'AWS::Lambda::Function', Properties: { Timeout: 10 } },
    [`Errors${index}`]: alarm({ ...Metric, Period, Statistic, Threshold: 0 }),
    [`Duration${index}`]: alarm({
      ...own('Duration', 'Maximum').Metric,
      Period,
      Statistic: 'Maximum',
      Threshold: 8000,
    }),
    [`Ratio${index}`]: alarm({
      Threshold: 0.05,
      Metrics: [
        { Id: 'ratio', Expression: 'IF(FILL(bad, 0) < 5, 0, bad / all)' },
        { Id: 'bad', ReturnData: false, MetricStat: own('Errors', 'Sum') },
        { Id: 'all', ReturnData: false, MetricStat: own('Invocations', 'Sum') },
      ],
    }),
    [`Both${index}`]: {
      Type: 'AWS::CloudWatch::CompositeAlarm',
      Properties: {
        AlarmRule: {
          'Fn::Sub': `ALARM("\${Errors${index}.Arn}") AND ALARM("\${Duration${index}.Arn}")`,
        },
      },
    },
  };
}
