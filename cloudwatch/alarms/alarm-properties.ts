/** The properties that alarms have, and those that change what they do in ways that are not modelled. */
import { NotModelledError } from '../math/metric-math.ts';
import { didYouMean } from '../nearest-name.ts';
import { ifKnown } from '../template/intrinsics.ts';
import type { TemplateResource } from '../template/template-set.ts';
import { refuse } from './invalid-alarm-error.ts';

interface Properties {
  readonly modelled: readonly string[];
  readonly notModelled: readonly string[];
}

const shared = [
  ...['ActionsEnabled', 'AlarmActions', 'AlarmDescription', 'AlarmName'],
  ...['InsufficientDataActions', 'OKActions', 'Tags'],
];

/** Source: CloudFormation template reference, page of each type. */
const propertiesOf: Readonly<Record<string, Properties>> = {
  'AWS::CloudWatch::Alarm': {
    modelled: [
      ...shared,
      ...['ComparisonOperator', 'DatapointsToAlarm', 'Dimensions', 'EvaluationPeriods'],
      ...['EvaluateLowSampleCountPercentile', 'ExtendedStatistic', 'MetricName', 'Metrics'],
      ...['Namespace', 'Period', 'Statistic', 'Threshold', 'ThresholdMetricId'],
      ...['TreatMissingData', 'Unit'],
    ],
    notModelled: [
      ...['ActionConfiguration', 'EvaluationCriteria', 'EvaluationInterval', 'EvaluationWindow'],
      'WarmUpConfiguration',
    ],
  },
  'AWS::CloudWatch::CompositeAlarm': {
    modelled: [
      ...[...shared, 'AlarmRule', 'ActionsSuppressor'],
      ...['ActionsSuppressorExtensionPeriod', 'ActionsSuppressorWaitPeriod'],
    ],
    notModelled: ['ActionConfiguration'],
  },
};

/** @throws InvalidAlarmError for a property that the type does not have; NotModelledError */
export function checkProperties({ type, body }: TemplateResource): void {
  const { modelled = [], notModelled = [] } = propertiesOf[type] ?? {};
  const known = [...modelled, ...notModelled];
  for (const name of Object.keys(body.Properties ?? {})) {
    if (notModelled.includes(name)) {
      throw new NotModelledError(`the property ${name} is not modelled`);
    }
    if (!known.includes(name)) {
      refuse(
        `alarms of this type have no property ${name}`,
        didYouMean(name, known) ?? 'remove it: CloudFormation refuses what it does not know',
      );
    }
  }
}

/**
 * CloudFormation takes no single action for the list. Source: its user guide, where an example with a text "was causing
 * CloudFormation to fail" (github.com/awsdocs/aws-cloudformation-user-guide, pull requests 31 and 717).
 * @throws InvalidAlarmError
 */
export function checkActions(resource: TemplateResource): void {
  for (const name of ['AlarmActions', 'OKActions', 'InsufficientDataActions']) {
    // What stands for an attribute that is known only when deployed may be a list.
    const value = ifKnown(() => resource.property(name));
    if (typeof value !== 'string') continue;
    if (value.startsWith('arn:') || value === resource.body.Properties?.[name]) {
      refuse(`${name} must be a list`, 'write [ ] around it, or a dash before it');
    }
  }
}
