/** Environment variables that the deployed function and its handler agree on. */
export const environment = {
  tableName: 'TABLE_NAME',
  stage: 'STAGE',
  /** The origin that CORS admits: the site's, or `*` without a domain. */
  allowedOrigin: 'ALLOWED_ORIGIN',
} as const;
