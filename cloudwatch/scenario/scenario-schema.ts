/** The form of a scenario, for zod. Its input has texts for scalars, as they are written. */
import { z } from 'zod';
import { states } from '../alarms/history.ts';
import { didYouMean } from '../nearest-name.ts';
import { parseDuration } from './duration.ts';
import type { Between, ExpectationBody } from './scenario.ts';
import { parseValues, ValuesError } from './values.ts';

export const defaultStart = '2026-01-05T00:00:00Z';
const maxDatapoints = 1_000_000;

const text = z.string().min(1);

/** A text that `read` understands; its ValuesError is the complaint. */
const readAs = <Read>(read: (text: string) => Read) =>
  text.transform((given, context): Read => {
    try {
      return read(given);
    } catch (error) {
      if (!(error instanceof ValuesError)) throw error;
      context.addIssue(error.message);
      return z.NEVER;
    }
  });

const refuse = (problem: string): never => {
  throw new ValuesError(problem);
};

const duration = readAs(
  (given) => parseDuration(given) ?? refuse(`'${given}' is no duration; write 90s, 70m, 6h or 3d`),
);

const every = duration.refine((seconds) => seconds >= 1 && Number.isInteger(seconds), {
  error: 'every must be at least one second, in whole seconds; write every: 60s',
});

const values = readAs((given) => {
  const runs = parseValues(given);
  const count = runs.reduce((total, { repeat }) => total + repeat, 0);
  const problem = `${count} datapoints are more than ${maxDatapoints}; write a longer every:`;
  return count > maxDatapoints ? refuse(problem) : runs;
});

const start = readAs((given) => {
  const time = Date.parse(given);
  if (Number.isNaN(time)) refuse(`start must be a time; write ${defaultStart}`);
  return time % 60_000 === 0 ? time : refuse(`start must be a whole minute; write ${defaultStart}`);
});

const state = readAs(
  (given) =>
    states.find((each) => each === given) ??
    refuse(`'${given}' is no state; choose ${states.join(', ')}`),
);

const times = text.transform(Number).refine((count) => Number.isInteger(count) && count >= 0, {
  error: 'times must be a whole number from 0; write times: 1',
});

const between = z
  .array(duration)
  .refine(([from = 1, to = 0, ...more]) => from <= to && more.length === 0, {
    error: 'between needs two times, the earlier first; write [70m, 75m]',
  })
  .transform((both) => both as readonly number[] as Between);

/** A map with these members and no others. */
const record = <Shape extends z.ZodRawShape>(what: string, shape: Shape) =>
  z.strictObject(shape, {
    error: ({ code, keys }) => {
      if (code !== 'unrecognized_keys') return undefined;
      const [given] = keys as readonly string[];
      const known = Object.keys(shape);
      const hint = didYouMean(given!, known, (nearest) => `'${nearest}'`);
      const fix = hint ?? `choose from ${known.join(', ')}`;
      return `${what} cannot have '${given}'; ${fix}`;
    },
  });

/** What may stand beside each verdict. */
const beside = {
  becomes: ['between'],
  notifies: ['between', 'times', 'on'],
  at: ['state'],
  never: [],
} as const satisfies Readonly<Record<string, readonly string[]>>;

const verdicts = ['becomes', 'notifies', 'at', 'never'] as const;
const details = { between, times, on: state, state };

const expectation = record('an expectation', {
  alarm: text,
  ...{ becomes: state, notifies: text, at: duration, never: state },
  ...details,
})
  .partial()
  .required({ alarm: true })
  .transform((given, context): ExpectationBody => {
    const fail = (message: string, ...path: readonly string[]) => {
      context.addIssue({ code: 'custom', message, path: [...path] });
      return z.NEVER;
    };
    const [type, ...more] = verdicts.filter((verdict) => given[verdict] !== undefined);
    if (!type || more.length > 0) {
      return fail(
        'an expectation says one of becomes, notifies, at, never; write { alarm: …, becomes: ALARM, between: [70m, 75m] }, for instance',
      );
    }
    const fitting: readonly string[] = beside[type];
    const stray = (['between', 'times', 'on', 'state'] as const).find(
      (detail) => given[detail] !== undefined && !fitting.includes(detail),
    );
    if (stray) return fail(`${stray} does not go with ${type}; leave it out`, stray);
    const { alarm } = given;
    switch (type) {
      case 'becomes':
        return { alarm, type, state: given.becomes!, between: given.between };
      case 'never':
        return { alarm, type, state: given.never! };
      case 'at':
        return given.state
          ? { alarm, type, at: given.at!, state: given.state }
          : fail('state is missing; add state:', 'state');
      case 'notifies': {
        const { notifies: topic, times: often, between: window, on = 'ALARM' } = given;
        return { alarm, type, topic: topic!, times: often, between: window, on };
      }
    }
  });

/** @param substitute puts names of the templates in place of `${LogicalId}` */
export function scenarioSchema(substitute: (text: string) => string) {
  const named = readAs(substitute);
  const metric = { namespace: named, name: named, dimensions: z.record(text, named).default({}) };
  const series = record('a series', {
    metric: record('metric', metric),
    every: every.default(60),
    values,
    unit: text.optional(),
    delay: duration.default(0),
  });
  const band = record('a band', {
    alarm: text,
    every: every.default(60),
    lower: values,
    upper: values,
  });
  return record('the scenario', {
    name: text,
    start: start.default(Date.parse(defaultStart)),
    series: z.array(series).default([]),
    bands: z.array(band).default([]),
    expect: z.array(expectation),
  });
}

const words: Readonly<Record<string, string>> = {
  ...{ string: 'a text', array: 'a list', object: 'a map', record: 'a map' },
};

/** The complaint about what is missing or of another kind. */
export const describeIssue: z.core.$ZodErrorMap = ({ code, path, input, ...issue }) => {
  const name = String(path?.at(-1) ?? 'the scenario');
  if (input === undefined || code === 'too_small') return `${name} is missing; add ${name}:`;
  return code === 'invalid_type'
    ? `${name} must be ${words[String(issue['expected'])]}`
    : undefined;
};
