/** The numbers that k6 hands to handleSummary, as far as they are read here. */
export interface K6Metric {
  readonly values: Readonly<Record<string, number>>;
  readonly thresholds?: Readonly<Record<string, { readonly ok: boolean }>>;
}

export interface K6Summary {
  readonly metrics: Readonly<Record<string, K6Metric>>;
  readonly state: { readonly testRunDurationMs: number };
}

export const countOf = ({ metrics }: K6Summary, name: string): number =>
  metrics[name]?.values['count'] ?? 0;
