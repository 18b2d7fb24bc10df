/**
 * The compliance gate: what the packs find in every stage and variant, less what the checked-in list allows, plus whatever
 * is wrong with the list or with the gate itself. Nothing counts as clean by being absent.
 */
import type { StageSettings } from '../stage-settings.ts';
import type { Finding } from './finding.ts';
import { addKnownBadStack, knownBadRules } from './known-bad-stack.ts';
import { type PackRun, type PackRunOptions, requiredPacks, runPacks } from './run-packs.ts';
import { suppressions as checkedIn, type Suppression } from './suppressions.ts';

export interface GateOptions extends Pick<PackRunOptions, 'packs' | 'change'> {
  readonly suppressions?: readonly Suppression[];
  /** Reviews due before it are overdue. */
  readonly today?: string;
}

export interface GateResult {
  /** Any one of them fails the gate. */
  readonly findings: readonly Finding[];
  /** Allowed by the list, with the row that allows each. */
  readonly suppressed: readonly { readonly finding: Finding; readonly by: Suppression }[];
  readonly configurations: readonly string[];
}

export function gate(
  configurations: Readonly<Record<string, StageSettings>>,
  options: GateOptions = {},
): GateResult {
  const {
    suppressions = checkedIn,
    today = new Date().toISOString().slice(0, 10),
    ...run
  } = options;
  const names = Object.keys(configurations);
  const runs = names.map((name) => runPacks(name, configurations[name] as StageSettings, run));
  const all = runs.flatMap(({ findings }) => findings);
  const suppressed = all.flatMap((finding) => {
    const by = suppressions.find((row) => allows(row, finding));
    return by ? [{ finding, by }] : [];
  });
  const allowed = new Set(suppressed.map(({ finding }) => finding));
  return {
    configurations: names,
    suppressed,
    findings: [
      ...all.filter((finding) => !allowed.has(finding)),
      ...names.flatMap((name, index) => missingPacks(name, runs[index] as PackRun)),
      ...stale(suppressions, names, all),
      ...overdue(suppressions, today),
      ...knownBad(Object.values(configurations)[0] as StageSettings, run),
    ],
  };
}

const allows = ({ rule, paths, only }: Suppression, finding: Finding): boolean =>
  rule === finding.rule &&
  paths.includes(finding.path) &&
  (only === undefined || only.includes(finding.configuration));

const missingPacks = (configuration: string, { ran }: PackRun): readonly Finding[] =>
  requiredPacks
    .filter((pack) => !ran.includes(pack))
    .map((pack) => ({
      configuration,
      rule: 'Gate-PackDidNotRun',
      path: '',
      message: `${pack} did not run`,
    }));

/** A path that no configuration of the row's still needs: leaving it there would hide the next finding. */
const stale = (
  rows: readonly Suppression[],
  names: readonly string[],
  all: readonly Finding[],
): readonly Finding[] =>
  rows
    .filter(({ only }) => only === undefined || only.some((name) => names.includes(name)))
    .flatMap((row) => [
      ...row.paths
        .filter((path) => !all.some((finding) => finding.path === path && allows(row, finding)))
        .map((path) => staleRow(row, 'every', path)),
      ...(row.only ?? [])
        .filter((name) => names.includes(name))
        .filter((name) => !all.some((one) => one.configuration === name && allows(row, one)))
        .map((name) => staleRow(row, name, row.paths.join(', '))),
    ]);

const staleRow = ({ rule }: Suppression, configuration: string, path: string): Finding => ({
  configuration,
  rule: 'Gate-StaleSuppression',
  path,
  message: `${rule} no longer occurs there: remove it from the list`,
});

const overdue = (rows: readonly Suppression[], today: string): readonly Finding[] =>
  rows
    .filter(({ review }) => review < today)
    .map(({ rule, paths, review }) => ({
      configuration: 'every',
      rule: 'Gate-OverdueReview',
      path: paths.join(', '),
      message: `${rule} was to be reviewed by ${review}`,
    }));

/** The packs must find in the known-bad stack what is known to be bad about it. */
function knownBad(settings: StageSettings, run: PackRunOptions): readonly Finding[] {
  const { findings } = runPacks('known-bad', settings, { ...run, change: addKnownBadStack });
  return knownBadRules
    .filter(
      (rule) => !findings.some((finding) => finding.rule === rule && /^Bad\//.test(finding.path)),
    )
    .map((rule) => ({
      configuration: 'known-bad',
      rule: 'Gate-KnownBadPassed',
      path: 'Bad',
      message: `${rule} was not found in a stack that is known to break it`,
    }));
}
