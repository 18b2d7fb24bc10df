/**
 * What AWS does not document, or documents twice and differently. Each has a name, the readings that are modelled (the
 * first is the default) and where the doubt comes from. `--reading name=value` chooses another.
 */
import { InputError } from './input-error.ts';
import { didYouMean } from './nearest-name.ts';

export const readingTable = {
  evaluationRange: {
    values: ['doc', 'measured'],
    source:
      'User guide "Alarm evaluation": one example (3 periods of 5 minutes look back 5). A public probe of 2026 (infrahouse, us-west-2) saw 7 periods at 60 s. Both are run by default.',
  },
  dynamodbMissing: {
    values: ['default-ignore', 'always-ignore'],
    source:
      'User guide: AWS/DynamoDB alarms ignore missing data by default; API reference of PutMetricAlarm: always.',
  },
  fewBreaching: {
    values: ['ok', 'keep'],
    source:
      'User guide "Configuring how alarms treat missing data": only new breaching points, fewer than needed, is "not ALARM" under `missing`; which state is not said.',
  },
  ifMissingFalse: {
    values: ['zero', 'dropped'],
    source:
      'User guide "Using IF expressions": 2026 fills a missing third series with 0, 2023 drops the point.',
  },
  fillEmptySeries: {
    values: ['yes', 'no'],
    source: 'FILL of a series without any datapoint is not documented. Both are run by default.',
  },
  bothMissing: {
    values: ['missing', 'zero'],
    source:
      'User guide "Basic arithmetic": missing is 0; whether two missing sides make a point is not said.',
  },
  firstOfBand: {
    values: ['lower', 'upper'],
    source:
      'User guide, FIRST and LAST of ANOMALY_DETECTION_BAND: 2026 says LAST is the upper bound, 2023 the lower.',
  },
  atLeastRounding: {
    values: ['up', 'down'],
    source: 'User guide "Combining alarms": how AT_LEAST rounds a percentage is not said.',
  },
  lowSamples: {
    values: ['evaluated', 'newest'],
    source:
      'User guide "Percentile-based alarms and low data samples": samples "during the evaluation period": of all evaluated datapoints, or of the newest.',
  },
} as const;

export type ReadingName = keyof typeof readingTable;

export type Readings = {
  readonly [Name in ReadingName]: (typeof readingTable)[Name]['values'][number];
};

export const defaultReadings = Object.fromEntries(
  Object.entries(readingTable).map(([name, { values }]) => [name, values[0]]),
) as Readings;

/** The defaults with what `--reading` changes. @throws InputError for an unknown name or value */
export function chooseReadings(chosen: Readonly<Record<string, string>>): Readings {
  for (const [name, value] of Object.entries(chosen)) {
    const values = Object.hasOwn(readingTable, name)
      ? readingTable[name as ReadingName].values
      : undefined;
    if (!values) {
      const known = Object.keys(readingTable);
      throw new InputError('--reading', `there is no reading named ${name}`, {
        fix: didYouMean(name, known) ?? `choose from ${known.join(', ')}`,
      });
    }
    if (!(values as readonly string[]).includes(value)) {
      throw new InputError('--reading', `${name} cannot be ${value}`, {
        fix: `choose ${values.join(' or ')}`,
      });
    }
  }
  return { ...defaultReadings, ...chosen };
}
