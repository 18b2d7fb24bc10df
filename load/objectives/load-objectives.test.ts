import { describe, expect, test } from '@jest/globals';
import { objectives as contract } from '../../services/contract/slo.ts';
import { loadPlan } from '../profiles/load-plan.ts';
import { loadObjectives } from './load-objectives.ts';
import { thresholds } from './thresholds.ts';

const of = (...plan: Parameters<typeof loadPlan>) => loadObjectives(loadPlan(...plan));
const named = (name: string, all = of('average')) => all.find((each) => each.name === name);

describe('loadObjectives', () => {
  test('the contract as k6 has it', () => {
    expect(thresholds(of('average'))).toEqual({
      'unavailable{scenario:load}': [
        'rate<=0.001',
        { threshold: 'rate<=0.0144', abortOnFail: true, delayAbortEval: '20s' },
      ],
      'http_req_duration{scenario:load}': [
        'p(99)<=300',
        { threshold: 'p(85.6)<=300', abortOnFail: true, delayAbortEval: '20s' },
      ],
      'http_req_duration{scenario:load,name:POST /items}': ['p(99)<=300'],
      'http_req_duration{scenario:load,name:GET /items}': ['p(99)<=300'],
      'http_req_duration{scenario:load,name:GET /items/{id}}': ['p(99)<=300'],
      'http_req_duration{scenario:load,name:PUT /items/{id}}': ['p(99)<=300'],
      'http_req_duration{scenario:load,name:DELETE /items/{id}}': ['p(99)<=300'],
      'checks{scenario:load}': ['rate>=1'],
      'throttled{scenario:load}': ['rate<=0'],
      'dropped_iterations{scenario:load}': ['count<=0'],
    });
  });

  test('another objective gives another threshold', () => {
    const slo = {
      availability: { ...contract.availability, target: 0.995 },
      latency: { ...contract.latency, target: 0.95, thresholdMs: 500 },
    };
    const changed = thresholds(loadObjectives(loadPlan('average'), slo));
    expect(changed['unavailable{scenario:load}']).toEqual([
      'rate<=0.005',
      { threshold: 'rate<=0.072', abortOnFail: true, delayAbortEval: '20s' },
    ]);
    expect(changed['http_req_duration{scenario:load}']?.[0]).toBe('p(95)<=500');
    expect(changed['http_req_duration{scenario:load,name:PUT /items/{id}}']).toEqual([
      'p(95)<=500',
    ]);
  });

  test('a latency is judged only where one slow request cannot break it', () => {
    const judged = (...plan: Parameters<typeof loadPlan>) =>
      of(...plan)
        .filter(({ kind, comparison }) => kind === 'latency' && comparison)
        .map(({ name }) => name);
    expect(judged('smoke')).toEqual([]);
    expect(judged('average', { rate: 10, seconds: 60 })).toEqual(['latency']);
    expect(judged('average', { rate: 20, seconds: 60 })).toEqual([
      'latency',
      'latency GET /items/{id}',
    ]);
  });

  test('what is not judged is measured all the same', () => {
    expect(thresholds(of('smoke'))['http_req_duration{scenario:load}']).toEqual(['p(99)>=0']);
  });

  test('a gate forgives no failure', () => {
    expect(named('availability', of('smoke'))?.limit).toBe(0);
    expect(named('availability')?.limit).toBe(0.001);
  });

  test('each step to the breaking point is judged by itself, and ends the run where it breaks', () => {
    const steps = thresholds(of('breakpoint', { rate: 100, seconds: 100 }));
    expect(Object.keys(steps)).toHaveLength(30);
    expect(steps['http_req_duration{scenario:at_20}']).toEqual([
      { threshold: 'p(99)<=300', abortOnFail: true, delayAbortEval: '25s' },
    ]);
  });
});
