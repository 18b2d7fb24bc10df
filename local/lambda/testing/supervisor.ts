/** A program that is killed in a test: three environments, one frozen, one that never leaves the processor, one at work. */
import { rmSync } from 'node:fs';
import { functionModel, lambdaWith, until } from './lambda-with.ts';

const code = `exports.handler = async (kind) => {
  if (kind === 'spin') for (;;);
  if (kind === 'wait') await new Promise((resolve) => setTimeout(resolve, 60_000));
  return process.env.LAMBDA_TASK_ROOT;
};`;
const fn = functionModel(code, { timeoutSeconds: 60 });
const { invoke, lambda } = lambdaWith([fn]);
rmSync(fn.codeDirectory, { recursive: true }); // a killed program cannot clean up
void invoke('spin');
void invoke('wait');
await until(() => lambda.environments().filter(({ state }) => state === 'busy').length === 2);
const taskRoot = JSON.parse((await invoke('return')).payload);
await until(() => lambda.environments().some(({ state }) => state === 'frozen'));
const states = lambda.environments().map(({ pid, state }) => ({ pid, state }));
console.log(JSON.stringify({ states, taskRoot }));
