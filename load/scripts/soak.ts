import { optionsOf } from '../journey/load-test.ts';

export { default, handleSummary, setup, teardown } from '../journey/load-test.ts';
export const options = optionsOf('soak');
