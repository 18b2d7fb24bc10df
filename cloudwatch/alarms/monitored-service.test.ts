import { describe, expect, test } from '@jest/globals';
import { monitoredService } from '../fixtures/monitored-service.ts';
import { evaluateScenario } from '../scenario/evaluate-scenario.ts';
import { parseScenarios } from '../scenario/read-scenarios.ts';
import { openTemplates } from '../template/open-templates.ts';
import { readAlarms } from './read-alarms.ts';

const text = `name: nobody calls
series:
  - metric: { namespace: AWS/Lambda, name: Errors, dimensions: { FunctionName: nobody } }
    values: "0*10"
expect: [{ alarm: '*', at: 10m, state: OK }]
`;

describe('alarms that cdk-monitoring-constructs makes', () => {
  test('are all read and evaluated', () => {
    const templates = openTemplates([{ file: 'service', body: monitoredService(1) }]);
    const alarms = readAlarms(templates);
    expect(alarms.size).toBeGreaterThanOrEqual(100);
    const refused = [...alarms.values()].filter(({ kind }) => kind === 'unmodelled');
    expect(refused).toEqual([]);
    const [scenario] = parseScenarios('test.yaml', text, templates);
    const { runs } = evaluateScenario(alarms, scenario!);
    const outcomes = [...runs[0]!.outcomes.values()];
    expect(outcomes.filter(({ notEvaluated }) => notEvaluated)).toEqual([]);
  });
});
