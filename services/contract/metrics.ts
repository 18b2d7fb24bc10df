/**
 * The service's own metrics: what EMF declares, alarms watch and dashboards draw.
 * Traffic, errors and latency come from AWS/ApiGateway, AWS/Lambda and AWS/DynamoDB and are not repeated here.
 */
export const metricNamespace = 'Manara';

/** The `service` dimension and the logger's service name. */
export const serviceName = 'items';

const perService = [['service', 'stage']] as const;

export const metrics = {
  Handled: { unit: 'Count', dimensionSets: perService },
  ItemCreated: { unit: 'Count', dimensionSets: perService },
  ItemUpdated: { unit: 'Count', dimensionSets: perService },
  ItemDeleted: { unit: 'Count', dimensionSets: perService },
  VersionConflict: { unit: 'Count', dimensionSets: perService },
  IdempotentReplay: { unit: 'Count', dimensionSets: perService },
  ColdStart: { unit: 'Count', dimensionSets: perService },
  /** A handler answered 5xx without throwing: AWS/Lambda `Errors` does not see it. Written only when it happens. */
  Fault: {
    unit: 'Count',
    dimensionSets: [...perService, ['service', 'stage', 'function', 'version']],
  },
} as const;

export type MetricName = keyof typeof metrics;
