/**
 * `npm run proofs` as a test. It runs in a process of its own: the evaluator's loops are several times slower inside jest,
 * where every global is looked up in another context.
 */
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, test } from '@jest/globals';
import { alarms } from '../../services/contract/alarms.ts';
import { readProofFiles } from './proof-files.ts';
import { type Proof, prove } from './prove.ts';

const command = join(import.meta.dirname, 'proofs.ts');
const { stdout } = await promisify(execFile)(process.execPath, [command, '--json']).catch(
  (failed: { readonly stdout: string }) => failed,
);
const proof = JSON.parse(stdout) as Proof;

describe('the proofs of prod', () => {
  test('hold, and every mutant is noticed', () => {
    expect(proof.problems).toEqual([]);
  });

  test('measure every alarm, ratios at several shares', () => {
    expect(proof.alarms.map(({ id }) => id)).toEqual(Object.keys(alarms).sort());
    for (const { detections } of proof.alarms) expect(detections.length).toBeGreaterThan(0);
    const shares = Object.fromEntries(
      proof.alarms.map(({ id, detections }) => [id, detections.map(({ share }) => share)]),
    );
    expect(shares['api-availability-burn']).toEqual(expect.arrayContaining([100, 20, 5]));
    expect(shares['edge-errors']).toEqual(expect.arrayContaining([100, 20, 5]));
  });

  test('send one page for a fault that hurts callers, and none for the cause of a ticket', () => {
    for (const [id, { severity }] of Object.entries(alarms)) {
      const told = proof.faults.filter(({ pages, tickets }) =>
        [...pages, ...tickets].some((family) => family === id),
      );
      if (severity === 'none') continue;
      expect([id, told.length > 0]).toEqual([id, true]);
      const alone = told.some(({ pages }) => pages.length === (severity === 'page' ? 1 : 0));
      expect([id, alone]).toEqual([id, true]);
    }
    const several = proof.faults.filter(({ pages }) => pages.length > 1);
    for (const { fault, pages } of several) {
      expect(fault).toContain('two pages, since CloudWatch cannot suppress across regions');
      expect(pages).toHaveLength(2);
    }
  });
});

test.each([
  ['--nonsense', /^Unknown option '--nonsense'\n$/],
  ['nonsense', /^Unexpected argument 'nonsense'.*\n$/],
])('%s is refused in one line', async (argument, sentence) => {
  const run = promisify(execFile)(process.execPath, [command, argument]);
  await expect(run).rejects.toMatchObject({
    code: 2,
    stdout: '',
    stderr: expect.stringMatching(sentence),
  });
});

describe('a proof that does not hold', () => {
  const id = 'api-no-traffic';
  const given = readProofFiles().then((files) => {
    const runbook = files.runbooks.find(({ alarm }) => alarm === id)!;
    return { ...files, runbooks: [runbook], silent: [], faults: files.faults.slice(0, 1) };
  });

  test('is told when an alarm is later than its runbook says', async () => {
    const files = await given;
    const bounds = { firesWithin: '5m', clearsWithin: '30s' };
    const { problems } = prove({
      ...files,
      runbooks: files.runbooks.map((each) => ({ ...each, bounds })),
    });
    expect(problems.some((line) => line.endsWith('fires after 12m, not within 5m'))).toBe(true);
    expect(problems.some((line) => line.endsWith('clears after 1m, not within 30s'))).toBe(true);
  });

  test('is told when nobody notices a change, or a fault does not say how many pages it sends', async () => {
    const files = await given;
    const proofs = new Map([[id, files.proofs.get(id)!.slice(0, 1)]] as const);
    const faults = files.faults.map((fault) => ({ ...fault, expect: [] }));
    const { problems } = prove({ ...files, proofs, faults });
    expect(problems.some((line) => line.includes('nobody notices threshold 1 → 1.5'))).toBe(true);
    expect(problems.some((line) => line.includes('no scenario leaves it silent'))).toBe(true);
    expect(problems.some((line) => line.endsWith('does not say how many pages it sends'))).toBe(
      true,
    );
  });
});
