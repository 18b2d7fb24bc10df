/** Text of a CloudFormation template → its body. JSON, or YAML with CloudFormation's short tags. */
import { type CollectionTag, parseDocument, type ScalarTag } from 'yaml';
import { InputError } from '../input-error.ts';

export interface TemplateBody {
  readonly Transform?: unknown;
  readonly Parameters?: Readonly<
    Record<string, { readonly Type: string; readonly Default?: unknown }>
  >;
  readonly Mappings?: Readonly<Record<string, unknown>>;
  readonly Conditions?: Readonly<Record<string, unknown>>;
  readonly Resources: Readonly<Record<string, ResourceBody>>;
  readonly Outputs?: Readonly<Record<string, OutputBody>>;
}

export interface ResourceBody {
  readonly Type: string;
  readonly Properties?: Readonly<Record<string, unknown>>;
  readonly Condition?: string;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

interface OutputBody {
  readonly Value: unknown;
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
/** Far deeper than any template; what recurses over values need not fear for the stack. */
const maxDepth = 100;

export const tooLarge = (file: string) =>
  new InputError(file, `the file is larger than ${maxTemplateBytes / 1024 / 1024} MB`, {
    fix: 'CloudFormation takes at most 1 MB: give the templates one by one',
  });

/** @throws InputError where the text is no template: broken JSON or YAML (with the line), too large, no Resources. */
export function parseTemplate(file: string, text: string): TemplateBody {
  if (text.length > maxTemplateBytes) throw tooLarge(file);
  const source = text.replace(/^\ufeff/, '');
  const body = /^\s*[{[]/.test(source) ? parseJson(file, source) : parseYaml(file, source);
  if (!isRecord(body) || !isRecord(body['Resources'])) {
    throw new InputError(file, 'this is not a CloudFormation template: it has no Resources', {
      fix: 'give the template that was synthesized (for CDK: cdk.out/*.template.json)',
    });
  }
  const problem = problemsIn(body).next().value;
  if (problem) throw new InputError(file, problem[0], { fix: problem[1] });
  return body as unknown as TemplateBody;
}

/** What a template may not look like, and what to do about it; everything else is judged where it is used. */
function* problemsIn(body: Record<string, unknown>): Generator<readonly [string, string]> {
  if (isDeeper(body, maxDepth)) {
    yield [`values are nested more than ${maxDepth} deep`, 'CloudFormation takes no such template'];
  }
  for (const section of ['Parameters', 'Mappings', 'Conditions', 'Outputs']) {
    if (!isRecord(body[section] ?? {})) yield [`${section} must be an object`, `mend ${section}`];
  }
  for (const [logicalId, resource] of Object.entries(body['Resources'] as object)) {
    const named = `the resource ${logicalId}`;
    if (!isRecord(resource) || typeof resource['Type'] !== 'string') {
      yield [
        `${named} has no Type`,
        logicalId.startsWith('Fn::ForEach')
          ? 'loops are not expanded here: give the processed template (aws cloudformation get-template --template-stage Processed)'
          : 'every resource needs a Type',
      ];
    } else if (!isRecord(resource['Properties'] ?? {}) || !isRecord(resource['Metadata'] ?? {})) {
      yield [`${named} has Properties or Metadata that are no object`, 'mend them'];
    } else if (typeof (resource['Condition'] ?? '') !== 'string') {
      yield [`${named} has a Condition that is no name`, 'give the name of one of the Conditions'];
    }
  }
}

const isDeeper = (value: unknown, levels: number): boolean =>
  typeof value === 'object' &&
  value !== null &&
  (levels === 0 || Object.values(value).some((each) => isDeeper(each, levels - 1)));

function parseJson(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const { message } = error as SyntaxError;
    const position = /position (\d+)/.exec(message)?.[1] ?? text.length;
    const what = message.replace(/ \(line \d+ column \d+\)$/, '').replace(/ in JSON at .*$/, '');
    throw new InputError(file, `the JSON is broken (${what})`, {
      line: text.slice(0, Number(position)).split('\n').length,
      fix: 'synthesize the template again',
    });
  }
}

const shortFunctions =
  'And Base64 Cidr Equals FindInMap GetAtt GetAZs If ImportValue Join Not Or Select Split Sub Transform';

/** `!Sub x` is `{"Fn::Sub": x}`, for a scalar, a list or a map. */
const shortTags = ['Ref', 'Condition', ...shortFunctions.split(' ')].flatMap(
  (short): (ScalarTag | CollectionTag)[] => {
    const tag = `!${short}`;
    const key = short === 'Ref' || short === 'Condition' ? short : `Fn::${short}`;
    return [
      { tag, resolve: (value: string) => ({ [key]: value }) },
      { tag, collection: 'seq', resolve: (node) => ({ [key]: node.toJSON() }) },
      { tag, collection: 'map', resolve: (node) => ({ [key]: node.toJSON() }) },
    ];
  },
);

function parseYaml(file: string, text: string): unknown {
  const broken = (message: string, line?: number) =>
    new InputError(file, `the YAML is broken (${message.split('\n')[0]})`, { line });
  try {
    const document = parseDocument(text, { customTags: shortTags, logLevel: 'silent' });
    const [error] = document.errors;
    if (error) throw broken(error.message, error.linePos?.[0].line);
    return document.toJS({ maxAliasCount: 100 });
  } catch (error) {
    // Aliases without end, or nesting beyond the stack.
    throw error instanceof InputError ? error : broken((error as Error).message);
  }
}

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The members of a value; none of anything else than an object. */
export const membersOf = (value: unknown): Readonly<Record<string, unknown>> =>
  isRecord(value) ? value : {};
