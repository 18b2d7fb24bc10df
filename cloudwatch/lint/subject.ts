/**
 * An alarm as lints look at it: every property on its own, so that one that cannot be resolved, or that CloudWatch would
 * refuse, does not hide the rest.
 */

import { UnresolvedError } from '../template/intrinsics.ts';
import { isRecord } from '../template/parse-template.ts';
import type { TemplateResource, TemplateSet } from '../template/template-set.ts';

export interface Dimension {
  readonly name: string;
  /** Undefined where the templates do not tell. */
  readonly value: string | undefined;
  /** As it is written in the template. */
  readonly raw: unknown;
}

/** One metric that an alarm reads. */
export interface MetricUse {
  readonly id: string;
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: readonly Dimension[];
  readonly statistic: string | undefined;
  readonly unit: string | undefined;
  /** Seconds. */
  readonly period: number | undefined;
}

export const actionLists = ['AlarmActions', 'OKActions', 'InsufficientDataActions'] as const;
export type ActionList = (typeof actionLists)[number];

export class Subject {
  readonly resource: TemplateResource;
  readonly #templates: TemplateSet;
  /** Why properties could not be resolved, by property. */
  readonly unresolved = new Map<string, string>();
  #metrics: readonly MetricUse[] | undefined;

  constructor(resource: TemplateResource, templates: TemplateSet) {
    this.resource = resource;
    this.#templates = templates;
  }

  get isComposite(): boolean {
    return this.resource.type === 'AWS::CloudWatch::CompositeAlarm';
  }

  /** AlarmName, or what stands for it. */
  get name(): string {
    const { resource } = this;
    return String(this.#attempt('AlarmName', () => resource.ref) ?? resource.logicalId);
  }

  /** The value of a property; undefined where it is absent or not known. */
  get(property: string): unknown {
    return this.#attempt(property, () => this.resource.property(property));
  }

  /** True where the property is not there, false also where it is not known. */
  lacks(property: string): boolean {
    return this.get(property) === undefined && !this.unresolved.has(property);
  }

  number(property: string): number | undefined {
    const value = this.get(property);
    return value === undefined || Number.isNaN(Number(value)) ? undefined : Number(value);
  }

  /** A list, resolved or as it is written; empty where it is absent. */
  list(property: string, as: 'resolved' | 'written' = 'resolved'): readonly unknown[] {
    const written = this.resource.body.Properties?.[property];
    if (as === 'written' && Array.isArray(written)) return written;
    const value = this.get(property);
    return Array.isArray(value) ? value : [];
  }

  /** N. */
  get periods(): number | undefined {
    return this.number('EvaluationPeriods');
  }

  /** M. */
  get datapointsToAlarm(): number | undefined {
    return this.lacks('DatapointsToAlarm') ? this.periods : this.number('DatapointsToAlarm');
  }

  /** Metrics whose name is known. */
  get metrics(): readonly MetricUse[] {
    this.#metrics ??= this.#readMetrics();
    return this.#metrics;
  }

  /** The ARNs of an action list; undefined for one that the templates do not tell. */
  actions(property: ActionList): readonly (string | undefined)[] {
    return this.list(property, 'written').map((each) => {
      const value = this.#resolve(property, each);
      return value === undefined ? undefined : String(value);
    });
  }

  /** Id and text of each expression. */
  get expressions(): ReadonlyMap<string, string> {
    return new Map(
      this.#queries()
        .filter(({ Expression }) => Expression !== undefined)
        .map(({ Id, Expression }) => [
          String(Id),
          String(this.#resolve('Metrics', Expression) ?? ''),
        ]),
    );
  }

  /** True where an expression calls the function. */
  calls(name: string): boolean {
    return [...this.expressions.values()].some((text) =>
      new RegExp(`\\b${name}\\s*\\(`).test(text),
    );
  }

  /** The id of the metric or expression that is compared with the threshold. */
  get resultId(): string | undefined {
    if (this.lacks('Metrics')) return this.metrics[0]?.id;
    const band = this.get('ThresholdMetricId');
    const returning = this.#queries().filter(
      ({ Id, ReturnData }) => String(ReturnData ?? true) === 'true' && Id !== band,
    );
    return returning.length === 1 ? String(returning[0]?.['Id']) : undefined;
  }

  #queries(): readonly Record<string, unknown>[] {
    return this.list('Metrics', 'written').filter(isRecord);
  }

  #readMetrics(): readonly MetricUse[] {
    const single = this.resource.body.Properties ?? {};
    if (single['Metrics'] === undefined) {
      return this.#metricUse(
        'm1',
        single,
        single['Statistic'] ?? single['ExtendedStatistic'],
        single,
      );
    }
    return this.#queries().flatMap(({ Id, MetricStat }) => {
      if (!isRecord(MetricStat) || !isRecord(MetricStat['Metric'])) return [];
      return this.#metricUse(String(Id), MetricStat['Metric'], MetricStat['Stat'], MetricStat);
    });
  }

  #metricUse(
    id: string,
    metric: Record<string, unknown>,
    stat: unknown,
    { Unit, Period }: Record<string, unknown>,
  ): readonly MetricUse[] {
    const at = (value: unknown) => this.#resolve('Metrics', value);
    const [namespace, name] = [at(metric['Namespace']), at(metric['MetricName'])];
    const dimensions = this.#dimensions(metric['Dimensions']);
    if (typeof namespace !== 'string' || typeof name !== 'string' || !dimensions) return [];
    const [statistic, unit, period] = [at(stat), at(Unit), at(Period)];
    return [
      {
        id,
        namespace,
        name,
        dimensions,
        statistic: typeof statistic === 'string' ? statistic : undefined,
        unit: typeof unit === 'string' ? unit : undefined,
        period: period === undefined ? undefined : Number(period),
      },
    ];
  }

  #dimensions(raw: unknown): readonly Dimension[] | undefined {
    const list = Array.isArray(raw) ? raw : (this.#resolve('Dimensions', raw) ?? []);
    if (!Array.isArray(list) || !list.every(isRecord)) return undefined;
    return list.map(({ Name, Value }) => {
      const value = this.#resolve('Dimensions', Value);
      return {
        name: String(Name),
        value: value === undefined ? undefined : String(value),
        raw: Value,
      };
    });
  }

  #resolve(property: string, raw: unknown): unknown {
    if (raw === undefined) return undefined;
    const { file, logicalId } = this.resource;
    return this.#attempt(property, () =>
      this.#templates.resolve(file, raw, `${file}: ${logicalId}.${property}`),
    );
  }

  #attempt(property: string, read: () => unknown): unknown {
    try {
      return read();
    } catch (error) {
      if (!(error instanceof UnresolvedError)) throw error;
      this.unresolved.set(property, error.reason);
      return undefined;
    }
  }
}
