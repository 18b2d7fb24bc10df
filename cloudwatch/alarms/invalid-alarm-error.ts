/** CloudWatch itself would refuse this alarm. */
export class InvalidAlarmError extends Error {
  override name = 'InvalidAlarmError';
}

/** @throws InvalidAlarmError */
export function refuse(problem: string): never {
  throw new InvalidAlarmError(problem);
}
