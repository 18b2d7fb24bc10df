/** The truth tables that AWS documents, for tests (`source` in the data names the pages). */
import { readFileSync } from 'node:fs';

type Treatment = 'missing' | 'ignore' | 'breaching' | 'notBreaching';
type Values = readonly (number | null)[];

export const documentedVectors = JSON.parse(
  readFileSync(new URL('./documented-vectors.data.json', import.meta.url), 'utf8'),
) as {
  readonly alarmVectors: readonly {
    readonly id: string;
    /** Newest on the right: 0 not breaching, X breaching, - missing. */
    readonly data: string;
    readonly N: number;
    readonly M: number;
    readonly range: number;
    readonly expect?: Readonly<Partial<Record<Treatment, string>>>;
    readonly expectNot?: Readonly<Partial<Record<Treatment, string>>>;
  }[];
  readonly metricMathVectors: readonly {
    readonly expr: string;
    readonly in: Readonly<Record<string, Values>>;
    readonly out: Values;
    readonly out2023?: Values;
  }[];
  readonly lowSampleMinimums: Readonly<Record<string, number>>;
};
