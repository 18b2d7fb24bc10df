/** References as they are written in a template, before they are resolved. */
import { isRecord } from '../template/parse-template.ts';

interface Reference {
  readonly logicalId: string;
  /** `Ref`, or the attribute's name. */
  readonly by: string;
}

/** The reference that a value is; undefined for literals and anything composed. */
export function referenceOf(raw: unknown): Reference | undefined {
  if (!isRecord(raw) || Object.keys(raw).length !== 1) return undefined;
  const { Ref, 'Fn::GetAtt': path } = raw;
  if (Ref !== undefined) return { logicalId: String(Ref), by: 'Ref' };
  const parts = typeof path === 'string' ? path.split('.') : path;
  if (!Array.isArray(parts)) return undefined;
  const [logicalId, ...attribute] = parts.map(String);
  return { logicalId: String(logicalId), by: attribute.join('.') };
}

/** The logical ids that a value refers to, however deep. */
export function* referencesIn(value: unknown): Generator<string> {
  const reference = referenceOf(value);
  if (reference) yield reference.logicalId;
  else if (Array.isArray(value)) for (const each of value) yield* referencesIn(each);
  else if (isRecord(value)) {
    const template = [value['Fn::Sub']].flat()[0];
    for (const [, name] of String(template ?? '').matchAll(/\$\{([^!}.]+)[^}]*\}/g))
      yield String(name);
    for (const each of Object.values(value)) yield* referencesIn(each);
  }
}
