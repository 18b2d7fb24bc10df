/** `npm run destroy -- <stage> [--dry-run] [--yes]`: removes the stage and says what it keeps; asks for the stage's name. */
import { destroySteps } from '../deploy/destroy-steps.ts';
import { ask } from './ask.ts';
import { runStageCommand } from './stage-command.ts';

await runStageCommand('destroy', (context, { yes }) =>
  destroySteps({
    ...context,
    confirm: async () => {
      const { stage } = context.settings;
      return yes || (await ask(`Type ${stage} to destroy it:`)) === stage;
    },
  }),
);
