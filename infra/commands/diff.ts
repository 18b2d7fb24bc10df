/** `npm run diff -- <stage> [--dry-run]`: what a deployment would change. */
import { runStageCommand } from './stage-command.ts';

await runStageCommand({
  name: 'diff',
  steps: ({ settings: { stage }, synth, cdk, assembly }) => [
    { title: 'build and synthesize, validated', needsAccount: false, run: synth },
    {
      title: `compare every stack of ${stage} with what is deployed`,
      needsAccount: true,
      run: () => cdk(['diff', '--app', assembly]),
    },
  ],
});
