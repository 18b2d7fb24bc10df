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
import type { AlarmDefinition } from './alarm-definition.ts';
import { alarmDescription } from './alarm-description.ts';
import { AlarmMember } from './alarm-member.ts';
import type { BurnAlarm } from './burn-alarms.ts';

/** How long a composite waits for its suppressor, and stays silent after it: two evaluations. */
const suppressorPeriod = Duration.minutes(2);

export class AlarmSet extends Construct implements BoardAlarms {
  readonly #settings: StageSettings;
  readonly #topics: AlertTopics;
  readonly #members = new Map<AlarmId, Alarm[]>();
  readonly #notifying: { readonly id: AlarmId; readonly alarm: IAlarm }[] = [];

  constructor(scope: Construct, id: string, settings: StageSettings, topics: AlertTopics) {
    super(scope, id);
    this.#settings = settings;
    this.#topics = topics;
  }

  members(id: AlarmId): readonly Alarm[] {
    return this.#members.get(id) ?? [];
  }

  get notifying(): readonly IAlarm[] {
    const ofSeverity = (severity: string) =>
      this.#notifying.filter(({ id }) => alarms[id].severity === severity);
    return [...ofSeverity('page'), ...ofSeverity('ticket')].map(({ alarm }) => alarm);
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
    const composites = new Map<AlarmId, CompositeAlarm>();
    for (const burn of burns) {
      composites.set(burn.alarmId, this.#composite(burn, composites));
    }
  }

  #composite(
    { alarmId, meaning, anyOf, silentDuring }: BurnAlarm,
    composites: ReadonlyMap<AlarmId, CompositeAlarm>,
  ): CompositeAlarm {
    const suppressor = silentDuring && composites.get(silentDuring);
    const composite = new CompositeAlarm(this, alarmId, {
      compositeAlarmName: alarmName(this.#settings.stage, alarmId),
      alarmDescription: alarmDescription(this.#settings, alarmId, meaning),
      alarmRule: AlarmRule.anyOf(
        ...anyOf.map((group) => AlarmRule.allOf(...group.map((child) => this.#member(child)))),
      ),
      ...(suppressor && {
        actionsSuppressor: suppressor,
        actionsSuppressorWaitPeriod: suppressorPeriod,
        actionsSuppressorExtensionPeriod: suppressorPeriod,
      }),
    });
    const resource = composite.node.defaultChild as CfnCompositeAlarm;
    resource.addMetadata('AlarmId', alarmId);
    resource.addMetadata('Severity', alarms[alarmId].severity);
    this.#notify(alarmId, composite);
    return composite;
  }

  #member(definition: AlarmDefinition): AlarmMember {
    const { alarmId, qualifier } = definition;
    const member = new AlarmMember(this, qualifier ? `${alarmId}--${qualifier}` : alarmId, {
      settings: this.#settings,
      ...definition,
    });
    this.#members.set(alarmId, [...this.members(alarmId), member]);
    return member;
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
