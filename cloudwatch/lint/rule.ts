/** What a lint rule is, what it is given, and over what it runs. */
import type { Catalogue } from '../catalogue/catalogue.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import { referencesIn } from './reference.ts';
import { Subject } from './subject.ts';

/**
 * `error`: certain that the alarm can never fire or never be heard, or that it would be refused. `warning`: likely
 * trouble. `info`: style, and what could not be judged.
 */
export const levels = ['error', 'warning', 'info'] as const;
export type Level = (typeof levels)[number];

export interface Found {
  readonly at: TemplateResource;
  /** What is wrong and why it matters, in one sentence. */
  readonly message: string;
  /** What to do. */
  readonly fix: string;
  /** Where it is less than the rule's. */
  readonly level?: Level | undefined;
}

/** How a rule finds what it is about. */
type Find = (system: LintedSystem) => readonly Found[];

/** Rules by their id. */
export type RuleTable = Readonly<Record<string, Find>>;

/** What is judged: the alarms of the templates, and who hears them. */
export interface LintedSystem {
  readonly templates: TemplateSet;
  readonly catalogue: Catalogue;
  /** Alarms on metrics. */
  readonly alarms: readonly Subject[];
  readonly composites: readonly Subject[];
  /** Alarms of both kinds. */
  readonly all: readonly Subject[];
  readonly byName: ReadonlyMap<string, Subject>;
  /** Alarms that something else than an action uses: a composite's rule or suppressor, a deployment group, … */
  readonly used: ReadonlySet<Subject>;
  /** The resource of a template that goes by this logical id. */
  resourceOf(file: string, logicalId: string): TemplateResource | undefined;
  /** The topics of the templates that alarms notify, with these alarms. */
  readonly topics: ReadonlyMap<TemplateResource, readonly Subject[]>;
}

export function lintedSystem(templates: TemplateSet, catalogue: Catalogue): LintedSystem {
  const subjects = (type: string) =>
    templates.ofType(type).map((resource) => new Subject(resource, templates, catalogue));
  const alarms = subjects('AWS::CloudWatch::Alarm');
  const composites = subjects('AWS::CloudWatch::CompositeAlarm');
  const all = [...alarms, ...composites];
  const children = new Set(composites.flatMap((composite) => composite.children));
  const key = (file: string, logicalId: string) => `${file}#${logicalId}`;
  const referred = new Set(
    templates.resources
      .filter(({ type }) => type !== 'AWS::CloudWatch::Dashboard')
      .flatMap(({ body, file }) => [...referencesIn(body.Properties)].map((id) => key(file, id))),
  );
  const byKey = new Map(
    templates.resources.map((each) => [key(each.file, each.logicalId), each] as const),
  );
  const topics = new Map<TemplateResource, Subject[]>();
  for (const alarm of all) {
    for (const topic of topicsOf(alarm, templates)) {
      topics.set(topic, [...(topics.get(topic) ?? []), alarm]);
    }
  }
  return {
    ...{ templates, catalogue, alarms, composites, all, topics },
    resourceOf: (file, logicalId) => byKey.get(key(file, logicalId)),
    byName: new Map(all.map((alarm) => [alarm.name, alarm])),
    used: new Set(
      all.filter(
        ({ name, resource: { file, logicalId } }) =>
          children.has(name) || referred.has(key(file, logicalId)),
      ),
    ),
  };
}

const topicsOf = (alarm: Subject, templates: TemplateSet): ReadonlySet<TemplateResource> =>
  new Set(
    [...alarm.targets]
      .map((arn) => templates.byPhysicalId(arn, 'AWS::SNS::Topic'))
      .filter((topic) => topic !== undefined),
  );

/** `page`, `ticket`, …: from the alarm's metadata, else from its topics'. */
export function pages(alarm: Subject, { templates }: LintedSystem): boolean {
  const resources = [alarm.resource, ...topicsOf(alarm, templates)];
  const severities = resources.map(({ metadata }) => metadata['Severity']);
  const severity = severities.find((each) => typeof each === 'string');
  return severity === 'page' && alarm.actions('AlarmActions').length > 0;
}

type Judgement = Omit<Found, 'at'>;
/** One finding, several, or whatever an unmet condition yields. */
type Judgements = Judgement | readonly Judgement[] | undefined | false | null | '' | 0;

const over =
  <Judged>(judgedIn: (system: LintedSystem) => Iterable<readonly [TemplateResource, Judged]>) =>
  (judge: (judged: Judged, system: LintedSystem) => Judgements): Find =>
  (system) =>
    [...judgedIn(system)].flatMap(([at, judged]) =>
      [judge(judged, system) || []].flat().map((found) => ({ at, ...found })),
    );

const resourcesOf = (subjects: readonly Subject[]) =>
  subjects.map((subject) => [subject.resource, subject] as const);

/** Makes a rule look at one alarm on metrics at a time. */
export const eachAlarm = over(({ alarms }) => resourcesOf(alarms));
export const eachComposite = over(({ composites }) => resourcesOf(composites));
/** Alarms of both kinds. */
export const eachNotifier = over(({ all }) => resourcesOf(all));
/** One metric of one alarm at a time. */
export const eachMetric = over(({ alarms }) =>
  alarms.flatMap(({ resource, metrics }) => metrics.map((use) => [resource, use] as const)),
);
/** One topic that alarms notify, with these alarms. */
export const eachTopic = over(({ topics }) =>
  [...topics].map(([topic, alarms]) => [topic, { topic, alarms }] as const),
);
