/**
 * The service's own metrics: what EMF declares, alarms watch and dashboards draw.
 * The unit is EMF's default: naming another one would cost fifteen bytes per metric and request.
 * Traffic, errors and latency come from AWS/ApiGateway, AWS/Lambda and AWS/DynamoDB and are not repeated here.
 */
export const metricNamespace = 'Manara';

/** The `service` dimension and the logger's service name. */
export const serviceName = 'items';

const perService = [['service', 'stage']] as const;

export const metrics = {
  Handled: { unit: 'None', dimensionSets: perService },
  ItemCreated: { unit: 'None', dimensionSets: perService },
  ItemUpdated: { unit: 'None', dimensionSets: perService },
  ItemDeleted: { unit: 'None', dimensionSets: perService },
  VersionConflict: { unit: 'None', dimensionSets: perService },
  IdempotentReplay: { unit: 'None', dimensionSets: perService },
  ColdStart: { unit: 'None', dimensionSets: perService },
  /** A handler answered 5xx without throwing: AWS/Lambda `Errors` does not see it. Written only when it happens. */
  Fault: {
    unit: 'None',
    dimensionSets: [...perService, ['service', 'stage', 'function', 'version']],
  },
} as const;

export type MetricName = keyof typeof metrics;
