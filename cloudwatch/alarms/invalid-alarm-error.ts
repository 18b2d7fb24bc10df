/** CloudWatch itself would refuse this alarm. */
export class InvalidAlarmError extends Error {
  override name = 'InvalidAlarmError';
}
