/** `npm run destroy -- <stage> [--dry-run] [--yes]`: removes the stage and says what it keeps; asks for the stage's name. */
import { createInterface } from 'node:readline/promises';
import { destroySteps } from '../deploy/destroy-steps.ts';
import { runStageCommand } from './stage-command.ts';

await runStageCommand({
  name: 'destroy',
  steps: destroySteps,
  confirm: async (stage) => {
    const terminal = createInterface({ input: process.stdin, output: process.stdout });
    const answer = await terminal.question(`Type ${stage} to destroy it: `);
    terminal.close();
    return answer.trim() === stage;
  },
});
