/** `npm run diff -- <stage> [--dry-run]`: what a deployment would change. */
import { runStageCommand } from './stage-command.ts';

await runStageCommand('diff', ({ settings: { stage }, synth, cdk, assembly }) => [
  { title: 'build and synthesize, validated', offline: true, run: synth },
  {
    title: `compare every stack of ${stage} with what is deployed`,
    run: () => cdk(['diff', '--app', assembly]),
  },
]);
