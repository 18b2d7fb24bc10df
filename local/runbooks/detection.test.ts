import { describe, expect, test } from '@jest/globals';
import { evaluateScenario } from '../../cloudwatch/scenario/evaluate-scenario.ts';
import { detection } from './detection.ts';
import { readProofFiles } from './proof-files.ts';

const files = await readProofFiles();
const measured = (id: 'api-unreachable' | 'deployment-rollback', name: RegExp) => {
  const scenario = files.proofs.get(id)?.find((each) => name.test(each.name));
  return detection(evaluateScenario(files.alarms, scenario!), id);
};

describe('how soon an alarm tells', () => {
  test('is measured from the times in the scenario’s name', () => {
    expect(measured('api-unreachable', /from 1h to/)).toEqual({
      scenario: 'no new connection reaches the API from 1h to 1h15m',
      share: undefined,
      detected: 180,
      cleared: 60,
    });
  });

  test('is the change of state where an alarm tells nobody', () => {
    expect(measured('deployment-rollback', /crashes/)).toMatchObject({
      detected: 120,
      cleared: 360,
    });
  });

  test('is unknown of a scenario that names no times, and never where nothing is told', () => {
    expect(measured('api-unreachable', /^a single bad minute/)).toBeUndefined();
    const scenario = {
      ...files.proofs.get('api-unreachable')!.find(({ name }) => name.startsWith('a single'))!,
      name: '20 % fail from 10m to 20m',
    };
    expect(detection(evaluateScenario(files.alarms, scenario), 'api-unreachable')).toMatchObject({
      share: 20,
      detected: undefined,
      cleared: undefined,
    });
  });
});
