import { UserFacingError } from '../../src/base/errors.ts';

const LONGEST_SENTENCE = 400;
const LONGEST_MILLISECONDS = 5000;

/**
 * What a function gives; undefined when it says in a sentence why not.
 *
 * @throws Error when it fails in any other way, changes what all objects inherit, or takes seconds
 */
export function refusesOrGives<T>(read: () => T): T | undefined {
  const before = performance.now();
  let given: T | undefined;
  try {
    given = read();
  } catch (error) {
    checkRefusal(error);
  }
  if (Object.keys(Object.prototype).length > 0) throw new Error('All objects have been given something.');
  if (performance.now() - before > LONGEST_MILLISECONDS) throw new Error('It took seconds.');
  return given;
}

/** @throws Error when an error is not a sentence for a person */
export function checkRefusal(error: unknown): void {
  if (!(error instanceof UserFacingError)) throw error;
  if (error.message.length > LONGEST_SENTENCE) throw new Error(`This is no sentence: ${error.message}`);
}
