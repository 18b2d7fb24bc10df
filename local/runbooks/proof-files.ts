/** Everything that is proven of prod's alarms: the synthesized alarms, the runbooks and the scenarios beside them. */
import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Alarm } from '../../cloudwatch/alarms/alarm.ts';
import { awsCatalogue } from '../../cloudwatch/catalogue/aws-catalogue.ts';
import { type Catalogue, mergeCatalogues } from '../../cloudwatch/catalogue/catalogue.ts';
import { parseCatalogue } from '../../cloudwatch/catalogue/read-catalogue.ts';
import { loadScenarios } from '../../cloudwatch/scenario/command.ts';
import type { Scenario } from '../../cloudwatch/scenario/scenario.ts';
import { type Runbook, readRunbooks } from '../../runbooks/front-matter.ts';
import type { AlarmId } from '../../services/contract/alarms.ts';
import { metricCatalogue } from '../../services/contract/metric-catalogue.ts';

const root = join(import.meta.dirname, '../..');

export interface ProofFiles {
  readonly alarms: ReadonlyMap<string, Alarm>;
  readonly catalogue: Catalogue;
  readonly runbooks: readonly Runbook[];
  readonly proofs: ReadonlyMap<AlarmId, readonly Scenario[]>;
  /** Must notify nobody. */
  readonly silent: readonly Scenario[];
  /** What goes wrong, as the whole system sees it. */
  readonly faults: readonly Scenario[];
}

/** The synthesized templates of a stage. @throws Error of one line where there are none */
export async function templatesOf(stage: string): Promise<readonly string[]> {
  const folder = join(root, 'cdk.out', stage);
  const names = await readdir(folder).catch(() => []);
  const templates = names.filter((name) => name.endsWith('.template.json'));
  if (templates.length > 0) return templates.map((name) => join(folder, name));
  throw new Error(`cdk.out/${stage} holds no template: run npm run synth -- ${stage}`);
}

/** @throws Error of one line for whatever is missing or cannot be read */
export async function readProofFiles(): Promise<ProofFiles> {
  const folder = join(root, 'runbooks');
  const proofs = (await readdir(folder)).filter((name) => name.endsWith('.proof.yaml'));
  const { alarms, scenarios } = await loadScenarios({
    templates: await templatesOf('prod'),
    scenario: [...proofs, 'silent.scenario.yaml', 'faults.scenario.yaml'].map((name) =>
      join(folder, name),
    ),
    parameter: [],
    reading: [],
    region: undefined,
  });
  const of = (name: string) => scenarios.filter(({ file }) => basename(file) === name);
  return {
    alarms,
    catalogue: mergeCatalogues(
      awsCatalogue(),
      parseCatalogue('services/contract/metrics.ts', JSON.stringify(metricCatalogue())),
    ),
    runbooks: readRunbooks(folder),
    proofs: new Map(
      proofs.map((name) => [name.replace('.proof.yaml', '') as AlarmId, of(name)] as const),
    ),
    silent: of('silent.scenario.yaml'),
    faults: of('faults.scenario.yaml'),
  };
}
