/** The alarms of one stack: makes the resources, sends those that notify to the topic of their severity, hands them to boards. */
import {
  type Alarm,
  AlarmRule,
  type CfnCompositeAlarm,
  CompositeAlarm,
  type IAlarm,
} from 'aws-cdk-lib/aws-cloudwatch';
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions';
import { Duration } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { BoardAlarms } from '../../dashboards/board.ts';
import { type AlarmId, alarmName, alarms } from '../../services/contract/alarms.ts';
import type { AlertTopics } from '../notify/alert-topics.ts';
import type { StageSettings } from '../stage-settings.ts';
import { type AlarmDefinition, AlarmMember, alarmDescription, markAlarm } from './alarm-member.ts';
import type { BurnAlarm } from './burn-alarms.ts';

/** How long a composite waits for its suppressor, and stays silent after it: two evaluations. */
const suppressorPeriod = Duration.minutes(2);

export class AlarmSet extends Construct implements BoardAlarms {
  readonly #settings: StageSettings;
  readonly #topics: AlertTopics;
  readonly #members: { readonly id: AlarmId; readonly alarm: Alarm }[] = [];
  readonly #notifying: { readonly id: AlarmId; readonly alarm: IAlarm }[] = [];

  constructor(scope: Construct, id: string, settings: StageSettings, topics: AlertTopics) {
    super(scope, id);
    this.#settings = settings;
    this.#topics = topics;
  }

  members(wanted: AlarmId): readonly Alarm[] {
    return this.#members.filter(({ id }) => id === wanted).map(({ alarm }) => alarm);
  }

  get notifying(): readonly IAlarm[] {
    return (['page', 'ticket'] as const).flatMap((severity) =>
      this.#notifying
        .filter(({ id }) => alarms[id].severity === severity)
        .map(({ alarm }) => alarm),
    );
  }

  /** Alarms that tell somebody by themselves. */
  add(definitions: readonly AlarmDefinition[]): void {
    for (const definition of definitions) {
      this.#notify(definition.alarmId, this.#member(definition));
    }
  }

  /**
   * The objectives: only the composites tell somebody. While an indicator's page is on, its ticket is silent; and while too
   * many requests fail, that they were slow as well wakes nobody again.
   */
  addBurns(burns: readonly BurnAlarm[]): void {
    const made = new Map<AlarmId, CompositeAlarm>();
    for (const { alarmId, meaning, anyOf, silentDuring } of burns) {
      const suppressor = silentDuring && made.get(silentDuring);
      const composite = new CompositeAlarm(this, alarmId, {
        compositeAlarmName: alarmName(this.#settings.stage, alarmId),
        alarmDescription: alarmDescription(this.#settings, { alarmId, meaning }),
        alarmRule: AlarmRule.anyOf(
          ...anyOf.map((group) => AlarmRule.allOf(...group.map((child) => this.#member(child)))),
        ),
        ...(suppressor && {
          actionsSuppressor: suppressor,
          actionsSuppressorWaitPeriod: suppressorPeriod,
          actionsSuppressorExtensionPeriod: suppressorPeriod,
        }),
      });
      markAlarm(composite.node.defaultChild as CfnCompositeAlarm, alarmId);
      this.#notify(alarmId, composite);
      made.set(alarmId, composite);
    }
  }

  #member(definition: AlarmDefinition): AlarmMember {
    const { alarmId: id, qualifier } = definition;
    const name = qualifier ? `${id}--${qualifier}` : id;
    const alarm = new AlarmMember(this, name, this.#settings, definition);
    this.#members.push({ id, alarm });
    return alarm;
  }

  #notify(id: AlarmId, alarm: Alarm | CompositeAlarm): void {
    const { severity } = alarms[id];
    if (severity === 'none') return;
    const action = new SnsAction(this.#topics[severity]);
    alarm.addAlarmAction(action);
    alarm.addOkAction(action);
    this.#notifying.push({ id, alarm });
  }
}
