/** What a browser on another origin may send and read; preflights, gateway responses and handlers all say the same. */
export const cors = {
  requestHeaders: [
    'Authorization',
    'Content-Type',
    'Idempotency-Key',
    'If-Match',
    'If-None-Match',
    'X-Amzn-Trace-Id',
  ],
  exposedHeaders: ['ETag', 'Location', 'Retry-After', 'x-request-id'],
  preflightSeconds: 2 * 60 * 60,
} as const;
