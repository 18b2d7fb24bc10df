/**
 * `npm run proofs`: runs every alarm's proof, the silent scenarios and the faults against the synthesized prod, and prints
 * how soon each alarm tells and whom each fault reaches. Exit 1 where anything is not as promised, 2 where nothing can be run.
 */
import { formatDuration } from '../../cloudwatch/scenario/duration.ts';
import { alarms as families } from '../../services/contract/alarms.ts';
import { columns } from './columns.ts';
import type { Detection } from './detection.ts';
import { readProofFiles } from './proof-files.ts';
import { type AlarmProof, type FaultNotifications, prove } from './prove.ts';

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

try {
  const started = performance.now();
  const { alarms, faults, scenarios, problems } = prove(await readProofFiles());
  const counted = alarms.reduce((sum, { mutants }) => sum + mutants.counted, 0);
  const killed = alarms.reduce((sum, { mutants }) => sum + mutants.killed, 0);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(
    [
      columns(
        ['alarm', 'severity', 'time to detect', 'time to clear', 'mutants killed'],
        alarms.map(alarmRow),
      ),
      columns(['fault', 'pages', 'tickets'], faults.map(faultRow)),
      ...(problems.length > 0 ? [problems.map((line) => `✗ ${line}`).join('\n')] : []),
      `${scenarios} scenarios, ${killed} of ${counted} mutants killed, ${problems.length} problems, in ${seconds} s. Results are per AWS documentation.`,
    ].join('\n\n'),
  );
  process.exitCode = problems.length > 0 ? 1 : 0;
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}
