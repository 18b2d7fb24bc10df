/** CloudWatch itself, or CloudFormation on the way there, would refuse this alarm. */
export class InvalidAlarmError extends Error {
  override name = 'InvalidAlarmError';
  /** What to do. */
  readonly fix: string;
  constructor(problem: string, fix: string) {
    super(problem);
    this.fix = fix;
  }
}

/** @throws InvalidAlarmError */
export function refuse(problem: string, fix: string): never {
  throw new InvalidAlarmError(problem, fix);
}
