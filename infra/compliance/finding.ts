/** One rule broken in one place of one configuration (a stage or a variant). */
export interface Finding {
  readonly configuration: string;
  /** Qualified: `AwsSolutions-IAM5[Resource::*]`, `Manara-ExactGrants`, `Gate-StaleSuppression`. */
  readonly rule: string;
  /** Without the stage: `Api/GetItemRole/Resource`. */
  readonly path: string;
  readonly message: string;
}
