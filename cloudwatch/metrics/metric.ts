/** What CloudWatch means by one metric: equal namespace, name and dimensions (names and values) are the same metric. */
export interface MetricIdentity {
  readonly namespace: string;
  readonly name: string;
  readonly dimensions: Readonly<Record<string, string>>;
}

/** One value that was seen `count` times (default 1) at an instant. */
export interface Sample {
  /** Milliseconds since the epoch. */
  readonly timestamp: number;
  readonly value: number;
  readonly count?: number;
  readonly unit?: string;
  /** Seconds: 1 (high resolution) or 60, the default. */
  readonly storageResolution?: 1 | 60;
}

/** Where samples go. The metric store is one; a test may give its own. */
export interface MetricSink {
  put(metric: MetricIdentity, sample: Sample): void;
}

/** A key that two identities share exactly when they name the same metric, whatever the order of dimensions. */
export const metricKey = ({ namespace, name, dimensions }: MetricIdentity): string =>
  JSON.stringify([
    namespace,
    name,
    ...Object.keys(dimensions)
      .sort()
      .map((key) => [key, dimensions[key]]),
  ]);
