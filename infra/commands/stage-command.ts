/** What deploy, diff and destroy have in common: one stage, `--dry-run`, the CDK command line, errors of one line. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { aws } from '../deploy/cloud.ts';
import type { DeployContext } from '../deploy/deploy-steps.ts';
import { runSteps, type Step } from '../deploy/step.ts';
import { stageNamed, stages } from '../stages.ts';
import { readArguments } from './read-arguments.ts';
import { synth } from './synth.ts';

const root = join(import.meta.dirname, '../..');

/** `npm run <command> -- <stage> [--dry-run]`; `--yes` answers a command that asks. */
export async function runStageCommand(
  name: 'deploy' | 'diff' | 'destroy',
  steps: (context: DeployContext, options: { readonly yes: boolean }) => readonly Step[],
): Promise<void> {
  try {
    const { values, positionals } = readArguments({
      options: {
        'dry-run': { type: 'boolean', default: false },
        ...(name === 'destroy' && { yes: { type: 'boolean', default: false } }),
      },
      allowPositionals: true,
    });
    const [stage, ...others] = positionals;
    if (!stage || others.length > 0) {
      const known = stages.map((one) => one.stage).join('|');
      const yes = name === 'destroy' ? ' [--yes]' : '';
      throw new Error(`usage: npm run ${name} -- <${known}> [--dry-run]${yes}`);
    }
    const dryRun = values['dry-run'];
    await runSteps(steps(contextOf(stage), { yes: values['yes'] === true }), {
      dryRun,
      say: console.log,
    });
    console.log(`${name} ${stage}: ${dryRun ? 'dry run, nothing was changed' : 'done'}`);
  } catch (error) {
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
}

const contextOf = (stage: string): DeployContext => ({
  settings: stageNamed(stage),
  cloud: aws,
  synth: () => synth({ stages: [stage], say: (line) => console.log(`  ${line}`) }),
  assembly: join(root, 'cdk.out', stage),
  site: join(root, 'dist/web'),
  cdk,
  fetch,
  wait: setTimeout,
  say: console.log,
});

/** In the foreground: its progress is the command's. */
async function cdk(args: readonly string[]): Promise<void> {
  const command = spawn(join(root, 'node_modules/.bin/cdk'), [...args], { stdio: 'inherit' });
  const [code, signal] = await once(command, 'close');
  if (code !== 0) {
    throw new Error(`cdk ${args[0]} ended with ${code ?? signal}; its output is above`);
  }
}
