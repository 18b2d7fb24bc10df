import type { FunctionName } from './routes.ts';

/** The physical names of one stage's resources: what deploys them, alarms, dashboards and queries agree on. */
export const stageNames = (stage: string) => {
  const prefix = `manara-${stage}`;
  const functionName = (name: FunctionName) => `${prefix}-${name}`;
  return {
    stage,
    prefix,
    api: prefix,
    table: `${prefix}-items`,
    functionName,
    functionLog: (name: FunctionName) => `/aws/lambda/${functionName(name)}`,
    accessLog: `/manara/${stage}/access`,
    board: (name: string) => `${prefix}-${name}`,
  } as const;
};

export type StageNames = ReturnType<typeof stageNames>;
