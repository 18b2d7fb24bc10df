/** Every alarm of the templates, read or refused by name, children before the composites that need them. */
import { alarmsOf, parseRule } from '../composites/rule.ts';
import { InputError } from '../input-error.ts';
import { NotModelledError } from '../math/metric-math.ts';
import { defaultReadings, type Readings } from '../readings.ts';
import { SourceError } from '../syntax/source-error.ts';
import { UnresolvedError } from '../template/intrinsics.ts';
import { resourceLine } from '../template/resource-line.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import {
  type Alarm,
  alarmKey,
  type CompositeAlarm,
  type State,
  type Suppressor,
  type Topic,
} from './alarm.ts';
import { InvalidAlarmError } from './invalid-alarm-error.ts';
import { readMetricAlarm } from './read-metric-alarm.ts';

export const alarmTypes = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'] as const;

/** Types that would change what alarms do and are not modelled: they are listed as not evaluated. */
const foreignTypes = [
  'AWS::CloudWatch::AlarmMuteRule',
  'AWS::CloudWatch::LogAlarm',
  'AWS::CloudWatch::PromQLAlarm',
] as const;

/**
 * @returns alarms by key, in an order in which each composite comes after its children
 * @throws InputError for what CloudWatch itself would refuse: bad math or rule, limits, a cycle of composites
 */
export function readAlarms(
  templates: TemplateSet,
  readings: Readings = defaultReadings,
): ReadonlyMap<string, Alarm> {
  const alarms = new Map<string, Alarm>();
  for (const resource of templates.ofType(...alarmTypes, ...foreignTypes)) {
    const alarm = readAlarm(resource, templates, readings);
    alarms.set(alarmKey(alarm), alarm);
  }
  return order(new Map([...alarms].map(([key, alarm]) => [key, link(alarm, alarms)])));
}

function readAlarm(resource: TemplateResource, templates: TemplateSet, readings: Readings): Alarm {
  const { file, logicalId, path, metadata } = resource;
  const family = typeof metadata['AlarmId'] === 'string' ? metadata['AlarmId'] : undefined;
  const base = { file, logicalId, path, family, name: nameOf(resource) };
  try {
    if ((foreignTypes as readonly string[]).includes(resource.type)) {
      throw new NotModelledError(`${resource.type} is not modelled`);
    }
    const actions = actionsOf(resource, templates);
    return resource.type === 'AWS::CloudWatch::CompositeAlarm'
      ? { ...base, actions, ...readComposite(resource) }
      : { ...base, actions, ...readMetricAlarm(resource, readings) };
  } catch (error) {
    if (error instanceof NotModelledError || error instanceof UnresolvedError) {
      return { ...base, kind: 'unmodelled', reason: error.message };
    }
    if (error instanceof InvalidAlarmError) throw refused(base, error.message);
    throw error;
  }
}

/** An alarm whose name the templates do not tell goes by its logical id. */
function nameOf(resource: TemplateResource): string {
  try {
    return resource.ref;
  } catch (error) {
    if (error instanceof UnresolvedError) return resource.logicalId;
    throw error;
  }
}

const refused = (
  { file, logicalId }: { readonly file: string; readonly logicalId: string },
  problem: string,
) =>
  new InputError(file, `the alarm ${logicalId} would be refused by CloudWatch: ${problem}`, {
    line: resourceLine(file, logicalId),
    fix: 'mend it where the template is made',
  });

function readComposite(
  resource: TemplateResource,
): Pick<CompositeAlarm, 'kind' | 'rule' | 'children' | 'suppressor'> {
  const source = String(resource.property('AlarmRule'));
  try {
    return {
      kind: 'composite',
      rule: parseRule(source),
      children: new Map(),
      suppressor: readSuppressor(resource),
    };
  } catch (error) {
    if (!(error instanceof SourceError)) throw error;
    throw new InvalidAlarmError(`AlarmRule: ${error.message}\n${error.excerpt()}`);
  }
}

function readSuppressor(resource: TemplateResource): Suppressor | undefined {
  const alarm = resource.property('ActionsSuppressor');
  if (alarm === undefined) return undefined;
  const seconds = (name: string) => {
    const value = Number(resource.property(name) ?? Number.NaN);
    if (value >= 0) return value;
    throw new InvalidAlarmError(`${name} is needed with ActionsSuppressor, in seconds`);
  };
  return {
    alarm: String(alarm).replace(/^arn:.*:alarm:/, ''),
    waitPeriod: seconds('ActionsSuppressorWaitPeriod'),
    extensionPeriod: seconds('ActionsSuppressorExtensionPeriod'),
  };
}

function actionsOf(resource: TemplateResource, templates: TemplateSet) {
  const enabled = String(resource.property('ActionsEnabled') ?? true) === 'true';
  const topics = (property: string): readonly Topic[] => {
    if (!enabled) return [];
    try {
      const arns = resource.property(property) ?? [];
      return (arns as readonly unknown[]).map((arn) => topicOf(String(arn), templates));
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
      return [{ arn: error.place, name: `unresolved ${property}`, severity: undefined }];
    }
  };
  return {
    ALARM: topics('AlarmActions'),
    OK: topics('OKActions'),
    INSUFFICIENT_DATA: topics('InsufficientDataActions'),
  } satisfies Record<State, readonly Topic[]>;
}

function topicOf(arn: string, templates: TemplateSet): Topic {
  const name = arn.split(':').at(-1)!;
  const severity = templates.byPhysicalId(arn)?.metadata['Severity'];
  const lastWord = name.includes('-') ? name.split('-').at(-1) : undefined;
  return { arn, name, severity: typeof severity === 'string' ? severity : lastWord };
}

/** Finds what a composite's references mean; a composite that needs an unmodelled alarm is not modelled either. */
function link(alarm: Alarm, alarms: ReadonlyMap<string, Alarm>): Alarm {
  if (alarm.kind !== 'composite') return alarm;
  const names = [...alarmsOf(alarm.rule), ...(alarm.suppressor ? [alarm.suppressor.alarm] : [])];
  const children = new Map<string, string>();
  for (const name of names) {
    const named = [...alarms.values()].filter((each) => each.name === name);
    const child = named.find(({ file }) => file === alarm.file) ?? named[0];
    if (!child) {
      const { rule, actions, suppressor, ...base } = alarm;
      return {
        ...base,
        kind: 'unmodelled',
        reason: `no template given here has the alarm ${name}`,
      };
    }
    children.set(name, alarmKey(child));
  }
  return { ...alarm, children };
}

function order(alarms: ReadonlyMap<string, Alarm>): ReadonlyMap<string, Alarm> {
  const ordered = new Map<string, Alarm>();
  const open: string[] = [];
  const visit = (key: string): Alarm => {
    const done = ordered.get(key);
    if (done) return done;
    const alarm = alarms.get(key)!;
    if (open.includes(key)) {
      const names = [...open.slice(open.indexOf(key)), key].map((each) => alarms.get(each)!.name);
      throw refused(alarm, `composite alarms refer to each other: ${names.join(' → ')}`);
    }
    open.push(key);
    const children = alarm.kind === 'composite' ? [...alarm.children.values()].map(visit) : [];
    open.pop();
    const unmodelled = children.find(({ kind }) => kind === 'unmodelled');
    const read: Alarm =
      alarm.kind === 'composite' && unmodelled
        ? {
            ...alarm,
            kind: 'unmodelled',
            reason: `it needs ${unmodelled.name}, which cannot be evaluated`,
          }
        : alarm;
    ordered.set(key, read);
    return read;
  };
  for (const key of alarms.keys()) visit(key);
  return ordered;
}
