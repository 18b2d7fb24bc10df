/** The endpoint with the sample stage as a process of its own, for the tests that kill it: `node endpoint-process.ts <directory>`. */
import { createFaults } from '../../faults/faults.ts';
import { createDynamoDb } from '../dynamodb.ts';
import { functionActions, sampleStage } from './sample-stage.ts';

const [, , dataDirectory = ''] = process.argv;
try {
  const dynamoDb = await createDynamoDb({
    stage: sampleStage(),
    dataDirectory,
    faults: createFaults(() => []),
    telemetry: { metrics: { put: () => undefined } },
    port: 0,
  });
  const credentials = Object.keys(functionActions).map((name) => [
    name,
    dynamoDb.credentials(name),
  ]);
  console.log(JSON.stringify({ url: dynamoDb.url, credentials: Object.fromEntries(credentials) }));
} catch (error) {
  console.error((error as Error).message);
  process.exitCode = 1;
}
