/** `npm run deploy -- <stage> [--dry-run]`: the whole stage, stacks in order, then the site, then a request to each. */
import { deploySteps } from '../deploy/deploy-steps.ts';
import { runStageCommand } from './stage-command.ts';

await runStageCommand('deploy', deploySteps);
