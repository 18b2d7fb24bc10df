/** Every IAM statement of a template, wherever it hides: roles, policies, resource policies, raw resources, overrides. */
import type { Json, Template } from '../templates.ts';

export interface Statement {
  /** The resource that holds it. */
  readonly logicalId: string;
  /** `identity` grants to whoever carries it, `trust` says who may become the role, `resource` guards a resource. */
  readonly kind: 'identity' | 'trust' | 'resource';
  readonly effect: 'Allow' | 'Deny';
  /** What the statement excludes (`NotAction` …) is written `all but …` in each of these lists. */
  readonly actions: readonly string[];
  readonly resources: readonly string[];
  /** `Service:lambda.amazonaws.com`, `AWS:*`, … */
  readonly principals: readonly string[];
  readonly conditions: Json;
}

export const isExclusion = (name: string) => name.startsWith('all but ');

export const statementsOf = (template: Template): readonly Statement[] =>
  Object.entries(template.Resources).flatMap(([logicalId, { Type, Properties }]) =>
    documentsIn(template, Properties).flatMap(([key, document]) => {
      const ofIam = Type.startsWith('AWS::IAM::') ? 'identity' : 'resource';
      const kind = key === 'AssumeRolePolicyDocument' ? 'trust' : ofIam;
      // The rules of a firewall have a member of that name too.
      const statements = list(document.Statement).filter(({ Effect }) => Effect);
      return statements.map((raw) => statement(template, logicalId, kind, raw));
    }),
  );

function statement(
  template: Template,
  logicalId: string,
  kind: Statement['kind'],
  raw: Json,
): Statement {
  const texts = (value: Json) => list(value).map((one) => textOf(one, template));
  const principals = (value: Json = {}) =>
    Object.entries(typeof value === 'string' ? { AWS: value } : value).flatMap(([type, names]) =>
      texts(names).map((name) => `${type}:${name}`),
    );
  const allBut = (names: readonly string[]) => names.map((name) => `all but ${name}`);
  return {
    logicalId,
    kind,
    effect: raw.Effect,
    actions: [...texts(raw.Action), ...allBut(texts(raw.NotAction))],
    resources: [...texts(raw.Resource), ...allBut(texts(raw.NotResource))],
    principals: [...principals(raw.Principal), ...allBut(principals(raw.NotPrincipal))],
    conditions: raw.Condition,
  };
}

/** Policy documents below a value, each with its key; some resources take theirs as JSON text (CloudWatch Logs). */
function documentsIn(template: Template, value: Json, key = ''): readonly [string, Json][] {
  if (value === null || typeof value !== 'object') {
    const document = /^\s*\{.*"Statement"/s.test(String(value)) && parse(value);
    return document ? [[key, document]] : [];
  }
  if ('Fn::Join' in value || 'Fn::Sub' in value) {
    return documentsIn(template, textOf(value, template), key);
  }
  if ('Statement' in value) {
    return [[key, value]];
  }
  return Object.entries(value).flatMap(([name, inner]) =>
    documentsIn(template, inner, Array.isArray(value) ? key : name),
  );
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** A value as a reader writes it: `${AWS::AccountId}`, `${Items.Arn}` with the construct's path for a logical id. */
export function textOf(value: Json, template: Template): string {
  if (value === null || typeof value !== 'object') {
    return String(value);
  }
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join, 'Fn::Sub': sub } = value;
  if (Ref !== undefined) {
    return `\${${pathOf(template, Ref)}}`;
  }
  if (attribute !== undefined) {
    const [logicalId, field] = typeof attribute === 'string' ? attribute.split('.') : attribute;
    return `\${${pathOf(template, logicalId)}.${field}}`;
  }
  if (join !== undefined) {
    return join[1].map((part: Json) => textOf(part, template)).join(join[0]);
  }
  return sub === undefined ? JSON.stringify(value) : [sub].flat()[0];
}

/** `Manara-dev-Api/GetItemRole/Resource` → `GetItemRole`; a resource without that metadata keeps its logical id. */
export function pathOf(template: Template, logicalId: string): string {
  const path: unknown = template.Resources[logicalId]?.Metadata?.['aws:cdk:path'];
  return typeof path === 'string'
    ? path.replace(/^[^/]+\//, '').replace(/\/Resource$/, '')
    : logicalId;
}

export const list = (value: Json): readonly Json[] => (value === undefined ? [] : [value].flat());
