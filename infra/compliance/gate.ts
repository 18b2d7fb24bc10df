/**
 * The compliance gate: what the packs find in every stage and variant, less what the checked-in list allows, plus whatever
 * is wrong with the list or with the gate itself. Nothing counts as clean by being absent.
 */
import type { StageSettings } from '../stage-settings.ts';
import { addKnownBadStack, knownBadRules } from './known-bad-stack.ts';
import { type Finding, type PackRunOptions, requiredPacks, runPacks } from './run-packs.ts';
import { suppressions as checkedIn, type Suppression } from './suppressions.ts';

export interface GateOptions extends PackRunOptions {
  readonly suppressions?: readonly Suppression[];
  /** Reviews due before it are overdue. */
  readonly today?: string;
}

export interface GateResult {
  readonly configurations: readonly string[];
  /** Any one of them fails the gate. */
  readonly findings: readonly Finding[];
  /** Allowed by the list, each with the reason. */
  readonly suppressed: readonly (Finding & { readonly reason: string })[];
}

export function gate(
  configurations: Readonly<Record<string, StageSettings>>,
  {
    suppressions = checkedIn,
    today = new Date().toISOString().slice(0, 10),
    ...run
  }: GateOptions = {},
): GateResult {
  const names = Object.keys(configurations);
  const runs = Object.entries(configurations).map(([name, settings]) => ({
    name,
    ...runPacks(name, settings, run),
  }));
  const all = runs.flatMap(({ findings }) => findings);
  const rowOf = (finding: Finding) => suppressions.find((row) => allows(row, finding));
  return {
    configurations: names,
    suppressed: all.flatMap((finding) => {
      const row = rowOf(finding);
      return row ? [{ ...finding, reason: `${row.reason} Review by ${row.review}.` }] : [];
    }),
    findings: [
      ...all.filter((finding) => !rowOf(finding)),
      ...runs.flatMap(({ name, ran }) =>
        requiredPacks
          .filter((pack) => !ran.includes(pack))
          .map((pack) => wrong(name, 'PackDidNotRun', '', `${pack} did not run`)),
      ),
      ...suppressions.flatMap((row) => [...stale(row, names, all), ...careless(row, today)]),
      ...knownBad(Object.values(configurations)[0] as StageSettings, run),
    ],
  };
}

const wrong = (configuration: string, rule: string, path: string, message: string): Finding => ({
  configuration,
  rule: `Gate-${rule}`,
  path,
  message,
});

const allows = ({ rule, paths, only }: Suppression, finding: Finding): boolean =>
  rule === finding.rule &&
  paths.includes(finding.path) &&
  (only === undefined || only.includes(finding.configuration));

/** A path or a configuration that does not need the row any more: leaving it there would hide the next finding. */
function stale(row: Suppression, names: readonly string[], all: readonly Finding[]) {
  const only = row.only?.filter((name) => names.includes(name));
  if (only?.length === 0) return [];
  const needed = all.filter((finding) => allows(row, finding));
  return [
    ...row.paths.filter((path) => !needed.some((finding) => finding.path === path)),
    ...(only ?? []).filter((name) => !needed.some((finding) => finding.configuration === name)),
  ].map((where) =>
    wrong('every', 'StaleSuppression', where, `${row.rule} no longer occurs there: remove it`),
  );
}

const careless = ({ rule, paths, reason, review }: Suppression, today: string) => [
  ...(reason.trim() === '' ? [wrong('every', 'NoReason', paths.join(', '), rule)] : []),
  ...(/^\d{4}-\d\d-\d\d$/.test(review) && review >= today
    ? []
    : [wrong('every', 'OverdueReview', paths.join(', '), `${rule}: review by "${review}"`)]),
];

/** The packs must find in the known-bad stack what is known to be bad about it. */
function knownBad(settings: StageSettings, run: PackRunOptions): readonly Finding[] {
  const { findings } = runPacks('known-bad', settings, { ...run, change: addKnownBadStack });
  const found = findings.filter(({ path }) => path.startsWith('Bad/')).map(({ rule }) => rule);
  return knownBadRules
    .filter((rule) => !found.includes(rule))
    .map((rule) => wrong('known-bad', 'KnownBadPassed', 'Bad', `${rule} was not found`));
}
