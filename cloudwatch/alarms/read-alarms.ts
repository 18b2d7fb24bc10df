/** Every alarm of the templates, read or refused by name, children before the composites that need them. */
import { alarmName, alarmsOf, parseRule } from '../composites/rule.ts';
import { InputError } from '../input-error.ts';
import { NotModelledError } from '../math/metric-math.ts';
import { defaultReadings, type Readings } from '../readings.ts';
import { SourceError } from '../syntax/source-error.ts';
import { DanglingReferenceError, UnresolvedError } from '../template/intrinsics.ts';
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
import { checkActions, checkProperties } from './alarm-properties.ts';
import { InvalidAlarmError, refuse } from './invalid-alarm-error.ts';
import { readMetricAlarm } from './read-metric-alarm.ts';

export const alarmTypes = ['AWS::CloudWatch::Alarm', 'AWS::CloudWatch::CompositeAlarm'] as const;

/** Types that would change what alarms do and are not modelled: they are listed as not evaluated. */
const foreignTypes: readonly string[] = [
  ...['AlarmMuteRule', 'LogAlarm', 'PromQLAlarm'].map((name) => `AWS::CloudWatch::${name}`),
];

/**
 * @returns alarms by key, in an order in which each composite comes after its children
 * @throws InputError for what CloudWatch itself would refuse: bad math or rule, limits, a cycle of composites
 */
export function readAlarms(
  templates: TemplateSet,
  readings: Readings = defaultReadings,
): ReadonlyMap<string, Alarm> {
  const alarms = templates
    .ofType(...alarmTypes, ...foreignTypes)
    .map((resource) => readAlarm(resource, templates, readings));
  const ordered = new Map<string, Alarm>();
  const open: Alarm[] = [];
  const visit = (alarm: Alarm): Alarm => {
    const done = ordered.get(alarmKey(alarm));
    if (done) return done;
    if (open.includes(alarm)) {
      const names = [...open.slice(open.indexOf(alarm)), alarm].map(({ name }) => name);
      throw refused(alarm, `composite alarms refer to each other: ${names.join(' → ')}`);
    }
    open.push(alarm);
    const linked = alarm.kind === 'composite' ? link(alarm, alarms, visit) : alarm;
    open.pop();
    ordered.set(alarmKey(alarm), linked);
    return linked;
  };
  alarms.forEach(visit);
  return ordered;
}

/** Finds what a composite's references mean; a composite that needs an unmodelled alarm is not modelled either. */
function link(
  composite: CompositeAlarm,
  alarms: readonly Alarm[],
  visit: (alarm: Alarm) => Alarm,
): Alarm {
  const { rule, actions, suppressor, ...base } = composite;
  const unmodelled = (reason: string): Alarm => ({ ...base, kind: 'unmodelled', reason });
  const children = new Map<string, string>();
  for (const name of [...alarmsOf(rule), ...(suppressor ? [suppressor.alarm] : [])]) {
    const named = alarms.filter((each) => each.name === name);
    const child = named.find(({ file }) => file === composite.file) ?? named[0];
    if (!child) return unmodelled(`no template given here has the alarm ${name}`);
    if (visit(child).kind === 'unmodelled') {
      return unmodelled(`it needs ${name}, which cannot be evaluated`);
    }
    children.set(name, alarmKey(child));
  }
  return { ...composite, children };
}

function readAlarm(resource: TemplateResource, templates: TemplateSet, readings: Readings): Alarm {
  const { file, logicalId, path, metadata } = resource;
  const family = typeof metadata['AlarmId'] === 'string' ? metadata['AlarmId'] : undefined;
  const base = { file, logicalId, path, family, name: nameOf(resource) };
  try {
    if (foreignTypes.includes(resource.type)) {
      throw new NotModelledError(`${resource.type} is not modelled`);
    }
    checkProperties(resource);
    checkActions(resource);
    const actions = actionsOf(resource, templates);
    return resource.type === 'AWS::CloudWatch::CompositeAlarm'
      ? { ...base, actions, ...readComposite(resource) }
      : { ...base, actions, ...readMetricAlarm(resource, readings) };
  } catch (error) {
    if (error instanceof DanglingReferenceError) {
      throw refused(base, error.reason, 'refer to what this template has');
    }
    if (error instanceof NotModelledError || error instanceof UnresolvedError) {
      return { ...base, kind: 'unmodelled', reason: error.message };
    }
    if (error instanceof InvalidAlarmError) throw refused(base, error.message, error.fix);
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
  fix = 'mend it where the template is made',
) =>
  new InputError(file, `the alarm ${logicalId} would be refused: ${problem}`, {
    line: resourceLine(file, logicalId),
    fix,
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
    return refuse(`AlarmRule: ${error.message}\n${error.excerpt()}`, 'mend the rule');
  }
}

function readSuppressor(resource: TemplateResource): Suppressor | undefined {
  const alarm = resource.property('ActionsSuppressor');
  if (alarm === undefined) return undefined;
  const seconds = (name: string) => {
    const value = Number(resource.property(name) ?? Number.NaN);
    return value >= 0
      ? value
      : refuse(`${name} is needed with ActionsSuppressor`, 'set it, in seconds');
  };
  return {
    alarm: alarmName(String(alarm)),
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
      return [arns].flat().map((arn) => topicOf(String(arn), templates));
    } catch (error) {
      const isUnknown = error instanceof UnresolvedError;
      if (!isUnknown || error instanceof DanglingReferenceError) throw error;
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
