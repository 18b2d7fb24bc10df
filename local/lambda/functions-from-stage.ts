/** Reads the functions, versions and aliases of a synthesized stage; refuses what would run differently on AWS. */
import { NotEmulatedError, type Resource, type Stage } from '../template/resource.ts';
import type { FunctionModel } from './function-model.ts';

/** Properties that change what a request meets: present (and not empty) means that the emulation would lie. */
const refused: Readonly<Record<string, string>> = {
  Layers: 'a layer',
  ImageUri: 'a container image',
  ImageConfig: 'a container image',
  FileSystemConfigs: 'a file system mount',
  ProvisionedConcurrencyConfig: 'provisioned concurrency',
  CapacityProviderConfig: 'a managed instance',
  DurableConfig: 'durable execution',
  TenancyConfig: 'tenant isolation',
};

/** Properties that a request does not notice on one machine. */
const ignorable: Readonly<Record<string, string>> = {
  VpcConfig: 'VPC',
  EphemeralStorage: 'size of /tmp',
  DeadLetterConfig: 'dead letters (asynchronous calls only)',
  CodeSigningConfigArn: 'code signing',
  KmsKeyArn: 'encryption of environment variables',
};

const isSet = (value: unknown) =>
  value !== undefined && !(Array.isArray(value) && value.length === 0);

function refuse(resource: Resource, what: string): never {
  throw new NotEmulatedError(resource, what);
}

/** Of a function, a version or an alias. */
function checkRefused(resource: Resource) {
  const { properties } = resource;
  for (const [property, what] of Object.entries(refused)) {
    if (isSet(properties[property]) || isSet(properties['Code']?.[property])) {
      refuse(resource, what);
    }
  }
}

function checkFunction(resource: Resource) {
  const { properties } = resource;
  if (properties['PackageType'] === 'Image') refuse(resource, 'a container image');
  if (properties['Code']?.ZipFile !== undefined) refuse(resource, 'inline code');
  if (properties['Runtime'] !== 'nodejs24.x') {
    refuse(resource, `the runtime ${properties['Runtime'] ?? '(none)'} (only nodejs24.x)`);
  }
  if ((properties['SnapStart']?.ApplyOn ?? 'None') !== 'None') refuse(resource, 'SnapStart');
  if (properties['Environment']?.Variables?.AWS_LAMBDA_EXEC_WRAPPER !== undefined) {
    refuse(resource, 'a wrapper script (AWS_LAMBDA_EXEC_WRAPPER)');
  }
}

/** A version's or alias's FunctionName may be the name, the ARN or `<account>:function:<name>`. */
const belongsTo = (fn: Resource) => (resource: Resource) =>
  resource.properties['FunctionName'] === fn.arn ||
  String(resource.properties['FunctionName']).split(':').at(-1) === fn.ref;

/** What `Ref` yields for a version and an alias is the qualified ARN. */
const qualifierOf = (resource: Resource) => resource.ref.split(':').at(-1) ?? resource.ref;

function toModel(stage: Stage, resource: Resource): FunctionModel {
  const { properties } = resource;
  const versions = stage.ofType('AWS::Lambda::Version').filter(belongsTo(resource));
  const aliases = stage.ofType('AWS::Lambda::Alias').filter(belongsTo(resource));
  [resource, ...versions, ...aliases].forEach(checkRefused);
  checkFunction(resource);
  const logging = properties['LoggingConfig'] ?? {};
  const reserved = properties['ReservedConcurrentExecutions'];
  return {
    name: resource.ref,
    arn: resource.arn ?? refuse(resource, 'a function without an ARN'),
    roleArn: properties['Role'],
    codeDirectory: stage.assetPath(resource),
    handler: properties['Handler'],
    memoryMb: Number(properties['MemorySize'] ?? 128),
    timeoutSeconds: Number(properties['Timeout'] ?? 3),
    environment: Object.fromEntries(
      Object.entries(properties['Environment']?.Variables ?? {}).map(([k, v]) => [k, String(v)]),
    ),
    ...(reserved === undefined ? {} : { reservedConcurrency: Number(reserved) }),
    tracing: properties['TracingConfig']?.Mode === 'Active' ? 'Active' : 'PassThrough',
    logGroup: logging.LogGroup ?? `/aws/lambda/${resource.ref}`,
    logFormat: logging.LogFormat ?? 'Text',
    applicationLogLevel: logging.ApplicationLogLevel ?? 'INFO',
    systemLogLevel: logging.SystemLogLevel ?? 'INFO',
    versions: versions.map(qualifierOf),
    aliases: aliases.map((alias) => ({
      name: qualifierOf(alias),
      version: String(alias.properties['FunctionVersion']),
    })),
    ignored: [
      ...Object.keys(ignorable).flatMap((key) => (isSet(properties[key]) ? ignorable[key]! : [])),
      ...aliases
        .filter(({ properties }) => isSet(properties['RoutingConfig']?.AdditionalVersionWeights))
        .map((alias) => `weights of the alias ${qualifierOf(alias)} (all calls run its version)`),
    ],
  };
}

/**
 * Every `AWS::Lambda::Function` of the stage with its published versions and aliases.
 * Throws {@link NotEmulatedError} for what would make a request behave differently from AWS.
 */
export const functionsFromStage = (stage: Stage): readonly FunctionModel[] =>
  stage.ofType('AWS::Lambda::Function').map((resource) => toModel(stage, resource));
