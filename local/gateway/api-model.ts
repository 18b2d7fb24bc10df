/** One deployed REST API stage, typed: what `apisFromStage` reads from a template and `createGateway` serves. */
export interface ApiModel {
  readonly id: string;
  readonly name: string;
  readonly accountId: string;
  readonly region: string;
  readonly stageName: string;
  readonly deploymentId: string;
  readonly variables: Readonly<Record<string, string>> | null;
  readonly executeApiDisabled: boolean;
  /** Custom domains that are mapped to the stage. */
  readonly domainNames: readonly string[];
  readonly binaryMediaTypes: readonly string[];
  readonly tracing: boolean;
  readonly samplingRules: readonly SamplingRule[];
  readonly accessLog?: { readonly logGroup: string; readonly format: string };
  readonly methods: readonly MethodModel[];
  /** JSON schemas (draft 4) by model name, `Empty` and `Error` included. */
  readonly models: ReadonlyMap<string, object>;
  readonly gatewayResponses: ReadonlyMap<string, GatewayResponseModel>;
}

export interface MethodSettings {
  readonly rate: number;
  readonly burst: number;
  readonly loggingLevel: 'OFF' | 'ERROR' | 'INFO';
  readonly dataTrace: boolean;
  readonly detailedMetrics: boolean;
}

export interface MethodModel {
  readonly logicalId: string;
  readonly resourceId: string;
  /** Template form: `/items/{id}`. */
  readonly resourcePath: string;
  /** `GET` … or `ANY`. */
  readonly httpMethod: string;
  readonly settings: MethodSettings;
  readonly authorization: Authorization;
  /** What the request validator demands, already sorted as the message lists it; empty without a validator. */
  readonly requiredParameters: readonly Parameter[];
  /** Model name by content type (or `$default`), where a validator checks bodies. */
  readonly bodyModels?: ReadonlyMap<string, string>;
  readonly integration: LambdaIntegration | MockIntegration;
}

export interface Parameter {
  readonly location: 'header' | 'path' | 'querystring';
  readonly name: string;
}

export type Authorization =
  | { readonly type: 'NONE' }
  | { readonly type: 'AWS_IAM' }
  | {
      readonly type: 'COGNITO_USER_POOLS';
      readonly userPoolArns: readonly string[];
      /** The request header that holds the token, in lower case. */
      readonly header: string;
      /** Any one of them is enough; none means that an ID token is wanted. */
      readonly scopes: readonly string[];
      /** Must match the token's `aud`. */
      readonly audience?: RegExp;
    };

export interface LambdaIntegration {
  readonly type: 'AWS_PROXY';
  readonly functionArn: string;
  readonly timeoutMs: number;
  /** A mistake that AWS deploys and then answers with 500. */
  readonly flaw?: 'not-post' | 'illegal-mapping' | 'no-permission';
}

export interface MockIntegration {
  readonly type: 'MOCK';
  readonly requestTemplates: ReadonlyMap<string, string>;
  readonly passthrough: 'WHEN_NO_MATCH' | 'WHEN_NO_TEMPLATES' | 'NEVER';
  readonly convertToText: boolean;
  readonly responses: readonly MockResponse[];
}

export interface MockResponse {
  readonly statusCode: number;
  /** Against the whole status text; absent on the default response. */
  readonly selectionPattern?: RegExp;
  /** Header name → mapping expression. */
  readonly headers: readonly (readonly [string, string])[];
  readonly templates: ReadonlyMap<string, string>;
}

export interface GatewayResponseModel {
  readonly statusCode?: number;
  readonly headers: readonly (readonly [string, string])[];
  readonly templates: ReadonlyMap<string, string>;
}

/** AWS::XRay::SamplingRule, the parts that a request to a stage can match; a pattern that is not there fits all. */
export interface SamplingRule
  extends Readonly<Record<'Priority' | 'ReservoirSize' | 'FixedRate', number>> {
  readonly Host?: string;
  readonly HTTPMethod?: string;
  readonly URLPath?: string;
  readonly ServiceName?: string;
  readonly ServiceType?: string;
  readonly ResourceARN?: string;
}
