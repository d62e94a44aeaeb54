import { type Check, isText, maybe, objectOf } from './checks.ts';

/** A call, or the answer to one, as birpc posts it. */
type Message =
  | { readonly t: 'q'; readonly m: string; readonly a: unknown[]; readonly i?: string }
  | { readonly t: 's'; readonly i: string };

const isId = maybe(isText);
const isCall = objectOf<{ t: 'q'; m: string; a: unknown[] }>({
  t: (value) => value === 'q',
  m: isText,
  a: (value): value is unknown[] => Array.isArray(value),
});
const isAnswer = objectOf<{ t: 's'; i: string }>({ t: (value) => value === 's', i: isText });

/** Nobody waits for it, so that birpc does nothing. */
const NOTHING = { t: 's', i: '' };

/** A message that birpc can be given: one that is none becomes an answer that nobody waits for. */
export function messageOrNothing(message: unknown): unknown {
  return isMessage(message) ? message : NOTHING;
}

function isMessage(value: unknown): value is Message {
  return (isCall(value) && isId((value as { i?: unknown }).i)) || isAnswer(value);
}

/** What each function's arguments have to be, in their order; arguments beyond these are dropped. */
export type ArgumentChecks<T> = {
  readonly [K in keyof T]: T[K] extends (...args: infer A) => unknown ? TupleChecks<A> : never;
};

type TupleChecks<A extends readonly unknown[]> = { readonly [K in keyof A]: Check<A[K]> };

/** Says that what was called is not there, or not with such arguments. */
class RefusedCallError extends Error {
  override readonly name = 'RefusedCallError';
}

/**
 * What birpc is to call for a name: one of the functions that have checks, and nothing that objects inherit, with
 * arguments that are what they should be.
 *
 * @returns undefined where there is no such function; the function throws {@link RefusedCallError}
 */
export function resolverOf<T extends object>(
  functions: () => T,
  checks: ArgumentChecks<T>,
): (name: string) => ((...args: unknown[]) => unknown) | undefined {
  const byName = new Map(
    Object.entries<readonly Check<unknown>[]>(checks as Record<string, readonly Check<unknown>[]>),
  );
  return (name) => {
    const expected = byName.get(name);
    if (expected === undefined) return undefined;
    return (...args) => {
      if (!expected.every((check, index) => check(args[index]))) {
        throw new RefusedCallError(`The arguments of ${name} are not what they should be.`);
      }
      const local = functions() as Record<string, (...args: unknown[]) => unknown>;
      return local[name]!(...args.slice(0, expected.length));
    };
  };
}
