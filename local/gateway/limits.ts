/** API Gateway's and Lambda's quotas, and the server's own patience. Sizes in bytes, times in ms. */
export const defaultLimits = {
  /** AWS: Quotas for configuring and running a REST API. */
  body: 10_485_760,
  headers: 20_480,
  url: 10_240,
  methodArn: 1_600,
  /** Lambda's synchronous payload, request or response. Recorded: test_lambda_too_large_response. */
  lambdaPayload: 6_291_556,
  accountRate: 10_000,
  accountBurst: 5_000,
  /** An idle connection, or a client that reads nothing. AWS: the same quotas page. */
  idleMs: 310_000,
  /** Ours: how long a client may take to send its headers, and a whole request. */
  headersMs: 30_000,
  requestMs: 120_000,
  /** Ours: what is read and thrown away of a body that is too large, so that the client gets to read the 413. */
  discard: 32 * 1024 * 1024,
  /** Ours: how long `close()` lets requests finish. */
  closeMs: 2_000,
};

export type Limits = Readonly<typeof defaultLimits>;
