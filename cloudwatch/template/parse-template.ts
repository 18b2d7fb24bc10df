/** Text of a CloudFormation template → its body. JSON, or YAML with CloudFormation's short tags. */
import { type CollectionTag, parseDocument, type ScalarTag } from 'yaml';
import { InputError } from '../input-error.ts';

export interface TemplateBody {
  readonly Transform?: unknown;
  readonly Parameters?: Readonly<Record<string, ParameterBody>>;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, ResourceBody>>;
  readonly Outputs?: Readonly<Record<string, OutputBody>>;
}

export interface ParameterBody {
  readonly Type: string;
  readonly Default?: unknown;
}

export interface ResourceBody {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

export interface OutputBody {
  readonly Value: unknown;
  readonly Condition?: string;
  readonly Export?: { readonly Name: unknown };
}

export interface TemplateFile {
  /** The path or name that messages show. */
  readonly file: string;
  readonly body: TemplateBody;
  /** Where it is deployed, as far as the files say so. */
  readonly region?: string;
  readonly account?: string;
  readonly stackName?: string;
}

/** CloudFormation refuses templates above 1 MB; five leaves room for several merged into one. */
export const maxTemplateBytes = 5 * 1024 * 1024;

export const tooLarge = (file: string) =>
  new InputError(file, `the template is larger than ${maxTemplateBytes / 1024 / 1024} MB`, {
    fix: 'CloudFormation takes at most 1 MB: give the templates one by one',
  });

/** @throws InputError where the text is no template: broken JSON or YAML (with the line), too large, no Resources. */
export function parseTemplate(file: string, text: string): TemplateBody {
  if (text.length > maxTemplateBytes) throw tooLarge(file);
  const body = /^\s*[{[]/.test(text) ? parseJson(file, text) : parseYaml(file, text);
  if (!isRecord(body) || !isRecord(body['Resources'])) {
    throw new InputError(file, 'this is not a CloudFormation template: it has no Resources', {
      fix: 'give the template that was synthesized (for CDK: cdk.out/*.template.json)',
    });
  }
  for (const [logicalId, resource] of Object.entries(body['Resources'])) {
    if (!isRecord(resource) || typeof resource['Type'] !== 'string') {
      throw new InputError(file, `the resource ${logicalId} has no Type`, {
        fix: logicalId.startsWith('Fn::ForEach')
          ? 'loops are not expanded here: give the processed template (aws cloudformation get-template --template-stage Processed)'
          : 'every resource needs a Type',
      });
    }
  }
  return body as unknown as TemplateBody;
}

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = /position (\d+)/.exec(message)?.[1];
    const line = position ? text.slice(0, Number(position)).split('\n').length : undefined;
    const what = message.replace(/ \(line \d+ column \d+\)$/, '').replace(/ in JSON at .*$/, '');
    throw new InputError(file, `the JSON is broken (${what})`, {
      line: line ?? text.split('\n').length,
      fix: 'synthesize the template again',
    });
  }
}

const shortFunctions = [
  'And',
  'Base64',
  'Cidr',
  'Equals',
  'FindInMap',
  'GetAtt',
  'GetAZs',
  'If',
  'ImportValue',
  'Join',
  'Not',
  'Or',
  'Select',
  'Split',
  'Sub',
  'Transform',
];

const longName = (short: string) =>
  short === 'Ref' || short === 'Condition' ? short : `Fn::${short}`;

/** `!Sub x` is `{"Fn::Sub": x}`, for a scalar, a list or a map. */
const shortTags = ['Ref', 'Condition', ...shortFunctions].flatMap(
  (short): (ScalarTag | CollectionTag)[] => {
    const tag = `!${short}`;
    const key = longName(short);
    return [
      { tag, resolve: (value: string) => ({ [key]: value }) },
      { tag, collection: 'seq', resolve: (node) => ({ [key]: node.toJSON() }) },
      { tag, collection: 'map', resolve: (node) => ({ [key]: node.toJSON() }) },
    ];
  },
);

function parseYaml(file: string, text: string): unknown {
  const document = parseDocument(text, { customTags: shortTags, logLevel: 'silent' });
  const error = document.errors[0];
  if (error) {
    throw new InputError(file, `the YAML is broken (${error.message.split('\n')[0]})`, {
      line: error.linePos?.[0].line,
    });
  }
  return document.toJS({ maxAliasCount: 100 });
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
