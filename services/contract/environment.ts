/** Environment variables that the deployed function and its handler agree on. */
export const environment = {
  tableName: 'TABLE_NAME',
  stage: 'STAGE',
} as const;
