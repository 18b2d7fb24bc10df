/** What deploy, diff and destroy have in common: one stage, `--dry-run`, the CDK command line, errors of one line. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { aws } from '../deploy/cloud.ts';
import type { DeployContext } from '../deploy/deploy-steps.ts';
import { runSteps, type Step } from '../deploy/step.ts';
import { stageNamed, stages } from '../stages.ts';
import { synth } from './synth.ts';

const root = join(import.meta.dirname, '../..');

export interface StageCommand {
  readonly name: 'deploy' | 'diff' | 'destroy';
  readonly steps: (context: DeployContext) => readonly Step[];
  /** Asks before anything is done; false ends the command. */
  readonly confirm?: (stage: string) => Promise<boolean>;
}

/** `npm run <command> -- <stage> [--dry-run] [--yes]` */
export async function runStageCommand({ name, steps, confirm }: StageCommand): Promise<void> {
  try {
    const { values, positionals } = parseArgs({
      options: { 'dry-run': { type: 'boolean' }, yes: { type: 'boolean' } },
      allowPositionals: true,
    });
    const [stage, ...others] = positionals;
    if (!stage || others.length > 0) {
      const known = stages.map((one) => one.stage).join('|');
      throw new Error(`usage: npm run ${name} -- <${known}> [--dry-run]`);
    }
    const dryRun = values['dry-run'] === true;
    const context = contextOf(stage);
    if (confirm && !dryRun && !values.yes && !(await confirm(stage))) {
      throw new Error(`${name} was not confirmed: nothing has been done`);
    }
    await runSteps(steps(context), { dryRun, say: console.log });
    console.log(
      dryRun ? `${name} ${stage}: dry run, nothing was changed` : `${name} ${stage}: done`,
    );
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

function contextOf(stage: string): DeployContext {
  return {
    settings: stageNamed(stage),
    cloud: aws,
    synth: () => synth({ stages: [stage], say: (line) => console.log(`  ${line}`) }),
    assembly: join(root, 'cdk.out', stage),
    site: join(root, 'dist/web'),
    cdk,
    fetch,
    wait: setTimeout,
    say: console.log,
  };
}

/** In the foreground: its progress is the command's. */
async function cdk(args: readonly string[]): Promise<void> {
  const command = spawn(join(root, 'node_modules/.bin/cdk'), [...args], { stdio: 'inherit' });
  const code = await new Promise<number | null>((resolve, reject) => {
    command.on('error', reject);
    command.on('close', resolve);
  });
  if (code !== 0) {
    throw new Error(`cdk ${args[0]} ended with ${code}; its output is above`);
  }
}
