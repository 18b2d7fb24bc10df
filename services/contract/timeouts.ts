/** Nested, so that the innermost gives up first and the caller gets an answer that says why. */
export const timeouts = {
  /** One call of a handler to the table, its retries included; a handler makes three of them at most. */
  storeCallMs: 2_500,
  functionSeconds: 10,
  /** API Gateway's default and largest integration time-out without a quota increase ("Quotas" page). */
  gatewaySeconds: 29,
} as const;
