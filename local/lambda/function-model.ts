/** A Lambda function as the emulation knows it: only what changes how it runs. */
export type LogLevel = 'TRACE' | 'DEBUG' | 'INFO' | 'WARN' | 'ERROR' | 'FATAL';

export interface AliasModel {
  readonly name: string;
  /** `$LATEST` or a version's number. */
  readonly version: string;
}

export interface FunctionModel {
  readonly name: string;
  /** Unqualified. */
  readonly arn: string;
  readonly roleArn: string;
  /** Absolute path of the folder that becomes the task root. */
  readonly codeDirectory: string;
  readonly handler: string;
  readonly memoryMb: number;
  readonly timeoutSeconds: number;
  readonly environment: Readonly<Record<string, string>>;
  readonly reservedConcurrency?: number;
  readonly tracing: 'Active' | 'PassThrough';
  readonly logGroup: string;
  readonly logFormat: 'Text' | 'JSON';
  /** Both apply to the JSON format only. */
  readonly applicationLogLevel: LogLevel;
  readonly systemLogLevel: 'DEBUG' | 'INFO' | 'WARN';
  /** Numbers of the published versions; they share the code of `$LATEST`. */
  readonly versions: readonly string[];
  readonly aliases: readonly AliasModel[];
  /** What the template says and the emulation leaves out without harm to a request, for a line at start. */
  readonly ignored: readonly string[];
}
