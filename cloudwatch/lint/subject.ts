/**
 * An alarm as lints look at it: every property on its own, so that one that cannot be resolved, or that CloudWatch would
 * refuse, does not hide the rest.
 */
import type { Catalogue } from '../catalogue/catalogue.ts';
import { type Rule as AlarmRule, alarmsOf, parseRule } from '../composites/rule.ts';
import { SourceError } from '../syntax/source-error.ts';
import { DanglingReferenceError, ifKnown, UnresolvedError } from '../template/intrinsics.ts';
import { membersOf } from '../template/parse-template.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';
import { type MetricUse, metricUse } from './metric-use.ts';
import { type Obstacle, obstaclesOf } from './obstacle.ts';
import { attempt, number, type Told, tell, tellItems, tellParts, text, unknown } from './tell.ts';

export const actionLists = ['AlarmActions', 'OKActions', 'InsufficientDataActions'] as const;
export type ActionList = (typeof actionLists)[number];

export class Subject {
  readonly resource: TemplateResource;
  readonly isComposite: boolean;
  /** AlarmName, or what stands for it. */
  readonly name: string;
  /** Metrics whose name and dimensions' names are known. */
  readonly metrics: readonly MetricUse[];
  /** Text of each expression by id. */
  readonly expressions: ReadonlyMap<string, string>;
  /** The id of the metric or expression that is compared with the threshold. */
  readonly resultId: string | undefined;
  /** Why the evaluator cannot take it. */
  readonly obstacles: readonly Obstacle[];
  /** What the rule of a composite is, or why it is none; undefined where it is not known. */
  readonly rule: AlarmRule | SourceError | undefined;
  /** The alarms that a composite names, in its rule and as its suppressor. */
  readonly children: readonly string[];
  readonly #tell: (raw: unknown) => unknown;
  readonly #properties = new Map<string, unknown>();
  readonly #lists = new Map<string, readonly Told[]>();

  constructor(resource: TemplateResource, templates: TemplateSet, catalogue: Catalogue) {
    this.resource = resource;
    this.#tell = (raw) => tellParts(templates, resource.file, raw);
    this.isComposite = resource.type === 'AWS::CloudWatch::CompositeAlarm';
    this.name = ifKnown(() => resource.ref) ?? resource.logicalId;
    const rule = this.get('AlarmRule');
    const isRule = this.isComposite && rule !== undefined && rule !== unknown;
    this.rule = isRule ? attempt(() => parseRule(String(rule)), SourceError) : undefined;
    const named = !this.rule || this.rule instanceof SourceError ? [] : alarmsOf(this.rule);
    const suppressor = text(this.get('ActionsSuppressor'))?.replace(/^arn:.*:alarm:/, '');
    this.children = [...named, ...(suppressor === undefined ? [] : [suppressor])];

    const queries = this.lacks('Metrics') ? [this.#alone()] : this.list('Metrics');
    this.metrics = queries.flatMap(({ raw, value }) => {
      const { Id, MetricStat } = membersOf(value);
      const dimensionsOf = (stat: unknown) => membersOf(membersOf(stat)['Metric'])['Dimensions'];
      // As they are written, unless the metric as a whole is what an intrinsic function yields.
      const written = dimensionsOf(membersOf(raw)['MetricStat']) ?? dimensionsOf(MetricStat);
      const dimensions = tellItems(this.#tell, written);
      return metricUse({ resource, id: text(Id) ?? '' }, MetricStat, dimensions, catalogue);
    });
    const members = queries.map(({ value }) => membersOf(value));
    this.expressions = new Map(
      members
        .filter(({ Expression }) => Expression !== undefined)
        .map(({ Id, Expression }) => [text(Id) ?? '', text(Expression) ?? '']),
    );
    this.obstacles = obstaclesOf(resource);
    const band = this.get('ThresholdMetricId');
    const returned = members.filter(
      ({ Id, ReturnData }) => text(ReturnData ?? true) === 'true' && Id !== band,
    );
    this.resultId = returned.length === 1 ? text(returned[0]?.['Id']) : undefined;
  }

  /** The value of a property; undefined where it is absent, `unknown` where it cannot be resolved. */
  get(property: string): unknown {
    if (!this.#properties.has(property))
      this.#properties.set(property, tell(this.resource, property));
    return this.#properties.get(property);
  }

  lacks(property: string): boolean {
    return this.get(property) === undefined;
  }

  /** The items of a list as they are written, each with its value as far as it is known; one that is none is the only. */
  list(property: string): readonly Told[] {
    const known = this.#lists.get(property);
    if (known) return known;
    const raw = this.resource.body.Properties?.[property];
    const value = this.get(property);
    const single = text(value) === undefined ? [] : [{ raw, value }];
    const list = tellItems(this.#tell, raw) ?? single;
    this.#lists.set(property, list);
    return list;
  }

  /** References to what its template does not have, in words. */
  get danglingReferences(): readonly string[] {
    const { resource } = this;
    return Object.keys(resource.body.Properties ?? {}).flatMap((name) => {
      const error = attempt(() => resource.property(name), UnresolvedError);
      return error instanceof DanglingReferenceError ? `${name}: ${error.reason}` : [];
    });
  }

  /** The ARNs of an action list; undefined for one that the templates do not tell. */
  actions(list: ActionList): readonly (string | undefined)[] {
    return this.list(list).map(({ value }) => text(value));
  }

  /** The ARNs of all its actions that are known, each once. */
  get targets(): ReadonlySet<string> {
    const arns = actionLists.flatMap((list) => this.actions(list));
    return new Set(arns.filter((arn) => arn !== undefined));
  }

  /** N. */
  get periods(): number | undefined {
    return number(this.get('EvaluationPeriods'));
  }

  /** M. */
  get datapointsToAlarm(): number | undefined {
    return this.lacks('DatapointsToAlarm') ? this.periods : number(this.get('DatapointsToAlarm'));
  }

  /** True where an expression calls the function. */
  calls(name: string): boolean {
    const call = new RegExp(`\\b${name}\\s*\\(`);
    return [...this.expressions.values()].some((expression) => call.test(expression));
  }

  /** The one metric of an alarm without Metrics, in the shape of a member of it. */
  #alone() {
    const Metric = membersOf(this.resource.body.Properties);
    const { Statistic, ExtendedStatistic } = Metric;
    const MetricStat = { ...Metric, Metric, Stat: Statistic ?? ExtendedStatistic };
    const raw = { Id: 'm1', MetricStat };
    return { raw, value: this.#tell(raw) };
  }
}
