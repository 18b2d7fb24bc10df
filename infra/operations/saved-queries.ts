/** The runbooks' queries, saved in Logs Insights under the runbook's name: what was tested is what on-call runs. */

import type { ILogGroup } from 'aws-cdk-lib/aws-logs';
import { QueryDefinition, QueryString } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { logSources, Runbook } from '../../runbooks/front-matter.ts';

export type LogSources = Readonly<Record<(typeof logSources)[number], readonly ILogGroup[]>>;

export class SavedQueries extends Construct {
  /** @param prefix `manara-prod`: the queries are `manara-prod/<alarm id>/<query id>` */
  constructor(
    scope: Construct,
    id: string,
    prefix: string,
    runbooks: readonly Runbook[],
    sources: LogSources,
  ) {
    super(scope, id);
    for (const { alarm, queries } of runbooks) {
      for (const { id: queryId, logGroups, query } of queries) {
        new QueryDefinition(this, `${alarm}--${queryId}`, {
          queryDefinitionName: `${prefix}/${alarm}/${queryId}`,
          queryString: new SavedQuery(query),
          logGroups: logGroups.flatMap((source) => sources[source]),
        });
      }
    }
  }
}

/** CDK would rather build a query from parts; ours is tested as it stands. */
class SavedQuery extends QueryString {
  readonly #text: string;
  constructor(text: string) {
    super();
    this.#text = text;
  }
  override toString(): string {
    return this.#text.trim();
  }
}
