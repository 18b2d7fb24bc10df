/** What keeps the items: the embedded engine or another one behind a URL. It knows nothing of callers, policies or faults. */
import type { Answer, Json } from './aws-error.ts';

export interface Engine {
  /**
   * Carries out one operation. Fails only by answering 500: a storage error is an answer, too.
   * @param input the request's JSON, which the engine may change
   */
  call(operation: string, input: Json): Promise<Answer>;
  close(): Promise<void>;
}
