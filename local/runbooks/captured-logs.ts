/** What the running system has logged, by the sources that runbooks name, as events that Logs Insights takes. */
import type { LogEvent } from '../../cloudwatch/insights/run-query.ts';
import type { logSources } from '../../runbooks/front-matter.ts';
import type { RunningSystem } from '../system/running-system.ts';

export type LogSource = (typeof logSources)[number];

/** The log groups of each source. */
export function groupsOf({ runtime: { model } }: RunningSystem): Record<LogSource, string[]> {
  const [api] = model.ofType('AWS::ApiGateway::RestApi');
  return {
    functions: model.ofType('AWS::Lambda::Function').map(({ ref }) => `/aws/lambda/${ref}`),
    access: [`/manara/${model.name}/access`],
    execution: [`API-Gateway-Execution-Logs_${api?.ref}/${model.name}`],
  };
}

interface Page {
  readonly events: readonly { readonly timestamp: number; readonly message: string }[];
  readonly nextToken?: string;
}

/** @param since ms since the epoch */
export async function capturedLogs(
  system: RunningSystem,
  sources: readonly LogSource[],
  since: number,
): Promise<readonly LogEvent[]> {
  const groups = groupsOf(system);
  const read = async (logGroup: string): Promise<LogEvent[]> => {
    const events: LogEvent[] = [];
    let nextToken: string | undefined;
    do {
      const query = new URLSearchParams({
        logGroup,
        start: String(since),
        ...(nextToken && { nextToken }),
      });
      const page: Page = await system.control(`/api/logs?${query}`);
      events.push(...page.events.map((event) => ({ ...event, logGroup })));
      nextToken = page.nextToken;
    } while (nextToken);
    return events;
  };
  return (await Promise.all(sources.flatMap((source) => groups[source]).map(read))).flat();
}
