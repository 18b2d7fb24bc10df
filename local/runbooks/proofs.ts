/**
 * `npm run proofs [-- --json]`: runs every alarm's proof, the silent scenarios and the faults against the synthesized prod,
 * and prints how soon each alarm tells and whom each fault reaches. Exit 1 where anything is not as promised, 2 where nothing
 * can be run.
 */
import { parseArgs } from 'node:util';
import { formatDuration } from '../../cloudwatch/scenario/duration.ts';
import { alarms as families } from '../../services/contract/alarms.ts';
import { columns } from './columns.ts';
import type { Detection } from './detection.ts';
import { readProofFiles } from './proof-files.ts';
import { type AlarmProof, type FaultNotifications, type Proof, prove } from './prove.ts';

const took = (seconds: number | undefined) =>
  seconds === undefined ? 'never' : formatDuration(seconds);

/** `100 %: 1m · 20 %: 5m`, or just `3m`. */
const each = (detections: readonly Detection[], what: 'detected' | 'cleared') =>
  detections
    .map((one) => `${one.share === undefined ? '' : `${one.share} %: `}${took(one[what])}`)
    .join(' · ');

const alarmRow = ({ id, detections, mutants }: AlarmProof) => [
  id,
  families[id].severity,
  each(detections, 'detected'),
  each(detections, 'cleared'),
  `${mutants.killed} of ${mutants.counted} (${mutants.not} equivalent or invalid)`,
];

const faultRow = ({ fault, pages, tickets }: FaultNotifications) => [
  fault,
  pages.join(', ') || '–',
  tickets.join(', ') || '–',
];

function report({ alarms, faults, scenarios, problems }: Proof, seconds: number): string {
  const total = (count: (mutants: AlarmProof['mutants']) => number) =>
    alarms.reduce((sum, { mutants }) => sum + count(mutants), 0);
  const killed = `${total(({ killed }) => killed)} of ${total(({ counted }) => counted)} mutants killed`;
  return [
    columns(
      ['alarm', 'severity', 'time to detect', 'time to clear', 'mutants killed'],
      alarms.map(alarmRow),
    ),
    columns(['fault', 'pages', 'tickets'], faults.map(faultRow)),
    ...(problems.length > 0 ? [problems.map((line) => `✗ ${line}`).join('\n')] : []),
    `${scenarios} scenarios, ${killed}, ${problems.length} problems, in ${seconds.toFixed(1)} s. Results are per AWS documentation.`,
  ].join('\n\n');
}

try {
  const { values } = parseArgs({ options: { json: { type: 'boolean' } } });
  const started = performance.now();
  const proof = prove(await readProofFiles());
  const seconds = (performance.now() - started) / 1000;
  console.log(values.json ? JSON.stringify(proof) : report(proof, seconds));
  process.exitCode = proof.problems.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
