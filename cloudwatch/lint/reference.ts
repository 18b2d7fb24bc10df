/** References as they are written in a template, before they are resolved. */
import { isRecord } from '../template/parse-template.ts';

export interface Reference {
  readonly logicalId: string;
  /** `Ref`, or the attribute's name. */
  readonly by: string;
}

/** The reference that a value is; undefined for literals and anything composed. */
export function referenceOf(raw: unknown): Reference | undefined {
  if (!isRecord(raw) || Object.keys(raw).length !== 1) return undefined;
  const [[kind, argument]] = Object.entries(raw) as [[string, unknown]];
  if (kind === 'Ref') return { logicalId: String(argument), by: 'Ref' };
  if (kind !== 'Fn::GetAtt') return undefined;
  const [logicalId, ...attribute] =
    typeof argument === 'string'
      ? argument.split('.')
      : (argument as readonly unknown[]).map(String);
  return { logicalId: String(logicalId), by: attribute.join('.') };
}

/** The logical ids that a value refers to, however deep. */
export function* referencesIn(value: unknown): Generator<string> {
  const reference = referenceOf(value);
  if (reference) yield reference.logicalId;
  else if (Array.isArray(value)) for (const each of value) yield* referencesIn(each);
  else if (isRecord(value)) {
    const template = value['Fn::Sub'];
    const text = Array.isArray(template) ? template[0] : template;
    for (const [, name] of String(text ?? '').matchAll(/\$\{([^!}.]+)[^}]*\}/g)) yield String(name);
    for (const each of Object.values(value)) yield* referencesIn(each);
  }
}
